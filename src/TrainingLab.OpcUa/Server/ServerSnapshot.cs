using System.Text.Json.Nodes;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Server;

/// <summary>
/// What is kept of a server: the order of its namespaces, and the values and faults of its own variables, each value as the Base64 of its binary encoding.
/// </summary>
internal static class ServerSnapshot
{
    private const int Version = 1;

    public static JsonNode Save(OpcUaServer server)
    {
        var space = server.AddressSpace;
        var values = new JsonObject();
        var faults = new JsonObject();
        using var writer = new UaWriter();
        foreach (var variable in Variables(space))
        {
            writer.Truncate(0);
            writer.WriteDataValue(variable.PushedValue);
            values[variable.Id.ToString()] = Convert.ToBase64String(writer.Written);
            if (variable.FaultStatus is { } fault)
            {
                faults[variable.Id.ToString()] = fault.Code;
            }
        }

        return new JsonObject
        {
            ["v"] = Version,
            ["namespaces"] = new JsonArray([.. space.OwnNamespaceUris.Select(static uri => (JsonNode)uri)]),
            ["values"] = values,
            ["faults"] = faults,
        };
    }

    public static void Load(OpcUaServer server, JsonNode state)
    {
        if ((int?)state["v"] != Version)
        {
            throw new InvalidDataException($"OPC UA server state of version {state["v"]}; this is version {Version}");
        }

        var space = server.AddressSpace;
        var namespaces = state["namespaces"]!.AsArray().Select(static n => (string)n!).ToList();
        try
        {
            space.Reorder(namespaces);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException("OPC UA server state of other namespaces", e);
        }

        var faults = state["faults"]!.AsObject();
        foreach (var (id, value) in state["values"]!.AsObject())
        {
            if (space.Find(NodeId.Parse(id)) is VariableNode variable)
            {
                var reader = new UaReader(Convert.FromBase64String((string)value!));
                variable.FaultStatus = faults[id] is { } fault ? (uint)fault : (StatusCode?)null;
                variable.SetValue(reader.ReadDataValue());
            }
        }
    }

    /// <summary>The variables of the overlay, in the order of their ids, so that the same state has the same text.</summary>
    private static IEnumerable<VariableNode> Variables(AddressSpace space) =>
        space.OwnNodes.OfType<VariableNode>().Where(static v => v.Covers is null).OrderBy(static v => v.Id.ToString(), StringComparer.Ordinal);
}
