using System.Text.Json.Nodes;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Configuration;

/// <summary>A switch port as JSON, the same on the console and in a saved state.</summary>
internal static class PortJson
{
    public static JsonObject Write(SwitchPort port) => new()
    {
        ["port"] = port.Number,
        ["mode"] = DeviceCommandText.Word(port.Mode),
        ["vlan"] = port.AccessVlan,
        ["native"] = port.NativeVlan,
        ["allowed"] = port.Allowed.ToString(),
        ["enabled"] = port.Enabled,
        ["description"] = port.Description,
    };

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static SwitchPort Read(JsonNode node) => new((int)node["port"]!)
    {
        Mode = (string?)node["mode"] == "trunk" ? PortMode.Trunk : PortMode.Access,
        AccessVlan = (ushort)node["vlan"]!,
        NativeVlan = (ushort)node["native"]!,
        Allowed = VlanSet.TryParse((string)node["allowed"]!, out var allowed) ? allowed : throw new FormatException("A list of VLANs was expected."),
        Enabled = (bool)node["enabled"]!,
        Description = (string)node["description"]!,
    };
}
