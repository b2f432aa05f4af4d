using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.Factory.Services;

/// <summary>How a machine's address space describes a tag.</summary>
/// <param name="DataType">Its data type.</param>
/// <param name="IsWritable">Whether the session may write it.</param>
/// <param name="Unit">Symbol of its engineering unit; null where it has none.</param>
/// <param name="Range">Its range; null where it has none.</param>
internal sealed record MachineTagDescription(NodeId DataType, bool IsWritable, string? Unit, UaRange? Range)
{
    /// <summary>Reads the descriptions of tags, in their order.</summary>
    /// <exception cref="OpcUaException">The server refuses to be browsed.</exception>
    public static async Task<IReadOnlyList<MachineTagDescription>> ReadAsync(OpcUaClient client, IReadOnlyList<MachineTag> tags, CancellationToken cancellationToken)
    {
        if (tags.Count == 0)
            return [];
        var items = new List<ReadItem>();
        foreach (var tag in tags)
            items.AddRange([new ReadItem(tag.Node, AttributeId.DataType), new ReadItem(tag.Node, AttributeId.UserAccessLevel)]);
        var properties = new List<(int Tag, string Name)>();
        for (var i = 0; i < tags.Count; i++)
        {
            foreach (var property in await client.BrowseAsync(tags[i].Node, cancellationToken, ReferenceTypeIds.HasProperty))
            {
                if (property.BrowseName.Name is not ("EngineeringUnits" or "EURange"))
                    continue;
                properties.Add((i, property.BrowseName.Name));
                items.Add(new ReadItem(property.Node.Node));
            }
        }

        var values = await client.ReadAsync(items, cancellationToken);
        var found = new List<MachineTagDescription>(tags.Count);
        for (var i = 0; i < tags.Count; i++)
        {
            var access = values[(2 * i) + 1].Value.TryGet<byte>(out var level) ? (AccessLevels)level : AccessLevels.None;
            found.Add(new MachineTagDescription(values[2 * i].Value.TryGet<NodeId>(out var type) ? type : default, access.HasFlag(AccessLevels.CurrentWrite), Unit: null, Range: null));
        }

        for (var i = 0; i < properties.Count; i++)
        {
            var value = values[(2 * tags.Count) + i].Value;
            if (value.TryGet<EUInformation>(out var unit))
                found[properties[i].Tag] = found[properties[i].Tag] with { Unit = unit.DisplayName.Text };
            else if (value.TryGet<UaRange>(out var range))
                found[properties[i].Tag] = found[properties[i].Tag] with { Range = range };
        }

        return found;
    }
}
