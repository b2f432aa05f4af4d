using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingLab.Network.Configuration;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Consoles;

/// <summary>Reads JSON bodies into commands. Every mistake is a <see cref="CommandException"/> that names the field.</summary>
internal static class ConsoleBody
{
    private const int MaxDepth = 8;

    public static JsonObject Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonNode.Parse(body.Span, nodeOptions: null, new JsonDocumentOptions { MaxDepth = MaxDepth }) is JsonObject json
                ? json
                : throw Bad("body", "{ … }");
        }
        catch (JsonException)
        {
            throw Bad("body", "JSON { … }");
        }
    }

    public static string Command(JsonObject body)
    {
        Only(body, "command");
        return Text(body, "command") ?? throw Bad("command", "\"port 3 access vlan 110\"");
    }

    public static DeviceCommand SetPort(JsonObject body, int number)
    {
        Only(body, "port", "mode", "vlan", "native", "allowed", "enabled", "description");
        if (Get(body, "port") is { } port && (port is not JsonValue value || !value.TryGetValue(out int n) || n != number))
            throw new CommandException(CommandErrors.OtherPort);
        return new SetPortCommand(
            number,
            Text(body, "mode") switch
            {
                null => null,
                "access" => PortMode.Access,
                "trunk" => PortMode.Trunk,
                var word => throw new CommandException(CommandErrors.BadMode(word)),
            },
            Vlan(body, "vlan"),
            Vlan(body, "native"),
            Allowed(body),
            Bool(body, "enabled"),
            Text(body, "description"));
    }

    public static DeviceCommand AddRule(JsonObject body)
    {
        Only(body, "id", "action", "from", "to", "protocol", "ports", "comment", "position");
        return new AddRuleCommand(Rule(body), Position(body));
    }

    public static DeviceCommand Move(JsonObject body, string id)
    {
        Only(body, "position");
        return new MoveRuleCommand(id, Position(body) ?? throw Bad("position", "1, 2, 3 …"));
    }

    public static DeviceCommand Firewall(JsonObject body)
    {
        Only(body, "device", "default", "rules");
        if (Get(body, "rules") is not JsonArray rules)
            throw Bad("rules", "[ { \"action\": \"allow\", … } ]");
        if (rules.Count > DeviceControl.MaxRules)
            throw new CommandException(CommandErrors.TooManyRules(DeviceControl.MaxRules));
        return new SetFirewallCommand(
            [.. rules.Select(r =>
            {
                var rule = r as JsonObject ?? throw Bad("rules", "{ \"action\": \"allow\", … }");
                Only(rule, "id", "action", "from", "to", "protocol", "ports", "comment");
                return Rule(rule);
            })],
            Text(body, "default") is { } action ? Action("default", action) : null);
    }

    private static FirewallRule Rule(JsonObject body) => new(
        Text(body, "id") ?? "",
        Action("action", Text(body, "action") ?? throw Bad("action", "allow, reject, drop")),
        Address(body, "from"),
        Address(body, "to"),
        Text(body, "protocol") switch
        {
            null or "any" => FirewallProtocol.Any,
            "tcp" => FirewallProtocol.Tcp,
            "udp" => FirewallProtocol.Udp,
            var word => throw new CommandException(CommandErrors.BadProtocol(word)),
        },
        Ports(body),
        Text(body, "comment") ?? "");

    private static FirewallAction Action(string field, string word) => word switch
    {
        "allow" => FirewallAction.Allow,
        "reject" => FirewallAction.Reject,
        "drop" => FirewallAction.Drop,
        _ => throw new CommandException(CommandErrors.BadAction(field, word)),
    };

    private static AddressMatch Address(JsonObject body, string field)
    {
        var word = Text(body, field) ?? "any";
        return AddressMatch.TryParse(word, out var match) ? match : throw new CommandException(CommandErrors.BadAddress(field, word));
    }

    // A number, a text such as "80,443", or an array of numbers and texts.
    private static PortSet Ports(JsonObject body)
    {
        if (List(body, "ports") is not { } word)
            return PortSet.Any;
        return PortSet.TryParse(word, out var ports) ? ports : throw new CommandException(CommandErrors.BadPorts(word));
    }

    private static VlanSet? Allowed(JsonObject body)
    {
        if (List(body, "allowed") is not { } word)
            return null;
        return VlanSet.TryParse(word, out var vlans) ? vlans : throw new CommandException(CommandErrors.BadVlans(word));
    }

    private static string? List(JsonObject body, string field) => Get(body, field) switch
    {
        null => null,
        JsonArray { Count: 0 } => "none",
        JsonArray array => string.Join(',', array.Select(item => item is JsonValue value ? value.ToString() : throw Bad(field, "110,130-139"))),
        JsonValue value => value.ToString(),
        _ => throw Bad(field, "110,130-139"),
    };

    private static ushort? Vlan(JsonObject body, string field)
    {
        if (Get(body, field) is not { } node)
            return null;
        return node is JsonValue value && value.TryGetValue(out int vlan) && VlanSet.IsVlan(vlan)
            ? (ushort)vlan
            : throw new CommandException(CommandErrors.BadVlan(field, Short(node)));
    }

    private static int? Position(JsonObject body)
    {
        if (Get(body, "position") is not { } node)
            return null;
        return node is JsonValue value && value.TryGetValue(out int position) && position > 0
            ? position
            : throw new CommandException(CommandErrors.BadPosition(Short(node)));
    }

    private static bool? Bool(JsonObject body, string field)
    {
        if (Get(body, field) is not { } node)
            return null;
        return node is JsonValue value && value.TryGetValue(out bool flag) ? flag : throw Bad(field, "true, false");
    }

    private static string? Text(JsonObject body, string field)
    {
        if (Get(body, field) is not { } node)
            return null;
        return node is JsonValue value && value.TryGetValue(out string? text) ? text : throw Bad(field, "\"…\"");
    }

    private static JsonNode? Get(JsonObject body, string field)
    {
        try
        {
            return body[field];
        }
        catch (ArgumentException)
        {
            // System.Text.Json finds a repeated name only when the object is first looked into.
            throw new CommandException(CommandErrors.RepeatedField);
        }
    }

    private static void Only(JsonObject body, params ReadOnlySpan<string> fields)
    {
        Get(body, "");
        foreach (var (name, _) in body)
        {
            if (!fields.Contains(name))
                throw Bad(name, string.Join(", ", fields));
        }
    }

    private static string Short(JsonNode node)
    {
        var text = node.ToJsonString();
        return text.Length > 40 ? text[..40] + "…" : text;
    }

    private static CommandException Bad(string field, string expected) => new(CommandErrors.BadJson(field, expected));
}
