using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.Factory.Services;

/// <summary>A tag of a machine as its OPC UA server shows it.</summary>
/// <param name="Name">Browse name without its namespace.</param>
/// <param name="Node">The node.</param>
/// <param name="Path">The names from the machine to the tag, with slashes between them: <c>Status/CurMachSpeed</c>.</param>
public sealed record MachineTag(string Name, NodeId Node, string Path);

/// <summary>
/// Finds a machine's tags by walking its address space, as a client that knows no node id must. What models put beside them (PackML, Machinery) and alarms are made of has names in
/// other namespaces than the machine's own name, and is no tag.
/// </summary>
public static class MachineTags
{
    /// <summary>Levels of objects below the machine that are walked.</summary>
    private const int MaxDepth = 3;

    /// <summary>The variables below the object that is named like the machine, in the order of browsing.</summary>
    /// <exception cref="OpcUa.OpcUaException">The server refuses to be browsed.</exception>
    public static async Task<IReadOnlyList<MachineTag>> FindAsync(OpcUaClient client, string machine, CancellationToken cancellationToken)
    {
        var tags = new List<MachineTag>();
        foreach (var reference in await client.BrowseAsync(ObjectIds.ObjectsFolder, cancellationToken))
        {
            if (reference.BrowseName.Name == machine)
                await CollectAsync(client, reference.Node.Node, reference.BrowseName.NamespaceIndex, MaxDepth, "", tags, cancellationToken);
        }

        return tags;
    }

    private static async Task CollectAsync(OpcUaClient client, NodeId parent, ushort names, int depth, string folder, List<MachineTag> tags, CancellationToken cancellationToken)
    {
        foreach (var reference in await client.BrowseAsync(parent, cancellationToken))
        {
            if (reference.ReferenceType == ReferenceTypeIds.HasProperty || reference.BrowseName.NamespaceIndex != names)
                continue;
            if (reference.Class == NodeClass.Variable)
                tags.Add(new MachineTag(reference.BrowseName.Name ?? "", reference.Node.Node, folder + reference.BrowseName.Name));
            else if (reference.Class == NodeClass.Object && depth > 0)
                await CollectAsync(client, reference.Node.Node, names, depth - 1, $"{folder}{reference.BrowseName.Name}/", tags, cancellationToken);
        }
    }
}
