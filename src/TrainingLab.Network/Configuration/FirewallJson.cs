using System.Text.Json.Nodes;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Configuration;

/// <summary>A firewall as JSON, the same on the console and in a saved state.</summary>
internal static class FirewallJson
{
    public static JsonObject Write(Firewall firewall) => new()
    {
        ["default"] = DeviceCommandText.Word(firewall.Default),
        ["rules"] = new JsonArray([.. firewall.Rules.Select(r => (JsonNode)Write(r))]),
    };

    public static JsonObject Write(FirewallRule rule) => new()
    {
        ["id"] = rule.Id,
        ["action"] = DeviceCommandText.Word(rule.Action),
        ["from"] = rule.From.ToString(),
        ["to"] = rule.To.ToString(),
        ["protocol"] = DeviceCommandText.Word(rule.Protocol),
        ["ports"] = rule.Ports.ToString(),
        ["comment"] = rule.Comment,
    };

    /// <summary>Reads what <see cref="Write(Firewall)"/> wrote.</summary>
    public static Firewall Read(JsonNode node) => new(
        [.. node["rules"]!.AsArray().Select(r => ReadRule(r!))],
        Enum.Parse<FirewallAction>((string)node["default"]!, ignoreCase: true));

    private static FirewallRule ReadRule(JsonNode node) => new(
        (string)node["id"]!,
        Enum.Parse<FirewallAction>((string)node["action"]!, ignoreCase: true),
        AddressMatch.TryParse((string)node["from"]!, out var from) ? from : throw new FormatException("An address was expected."),
        AddressMatch.TryParse((string)node["to"]!, out var to) ? to : throw new FormatException("An address was expected."),
        Enum.Parse<FirewallProtocol>((string)node["protocol"]!, ignoreCase: true),
        PortSet.TryParse((string)node["ports"]!, out var ports) ? ports : throw new FormatException("A list of ports was expected."),
        (string)node["comment"]!);
}
