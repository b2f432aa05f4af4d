using System.Runtime.CompilerServices;
using System.Text;
using TrainingLab.Factory.Devices;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Nodes.Models;

namespace TrainingLab.Factory.Definitions.Devices;

/// <summary>The nodesets that a profile names, and the objects that it makes of their types.</summary>
internal static class NodeSetRules
{
    /// <summary>Code of a mistake inside a nodeset file.</summary>
    public const string NodeSet = "nodeset";

    // A profile is read with each seed of each lab that places it; its files are read once.
    private static readonly ConditionalWeakTable<SourceFile, NodeSetFile> Files = [];
    private static readonly ConditionalWeakTable<SourceFile, IReadOnlyList<Mistake>> Found = [];

    /// <summary>Reads the nodesets of a profile; adds every mistake in them, and in what the profile makes of them.</summary>
    /// <returns>The profile with its nodesets.</returns>
    public static DeviceProfile Read(DeviceProfile profile, SourceFile file, IReadOnlySet<string> tags, Mistakes mistakes)
    {
        if (profile.Faces.Opcua is not { } server || (server.Nodesets.Count == 0 && server.Instances.Count == 0))
            return profile;
        var before = mistakes.Count;
        var sources = new List<SourceFile>();
        for (var i = 0; i < server.Nodesets.Count; i++)
        {
            if (file.Beside.TryGetValue(server.Nodesets[i], out var source))
                sources.Add(source);
            else
                mistakes.UnknownReference(server.Origin.Of(nameof(server.Nodesets), i), "nodeset beside this profile", "设备模板旁的节点集文件", server.Nodesets[i], file.Beside.Keys);
        }

        if (mistakes.Count > before)
            return profile;
        mistakes.AddRange(Found.GetValue(file, _ => MistakesIn(sources)));
        if (mistakes.Count > before)
            return profile;
        server = server with { NodesetFiles = [.. sources.Select(FileOf)] };
        CheckNamespaces(server, mistakes);
        if (mistakes.Count == before)
            CheckInstances(server, tags, mistakes);
        return mistakes.Count > before ? profile : profile with { Faces = profile.Faces with { Opcua = server } };
    }

    private static NodeSetFile FileOf(SourceFile source) => Files.GetValue(source, static s => new NodeSetFile(s.Path, Encoding.UTF8.GetBytes(s.Text)));

    private static List<Mistake> MistakesIn(IReadOnlyList<SourceFile> sources)
    {
        var found = new Mistakes();
        foreach (var (file, wrong) in NodeSetFile.Check([.. sources.Select(FileOf)]))
        {
            foreach (var mistake in wrong)
            {
                found.Add(
                    new SourceSpan(file.Name, Math.Max(1, mistake.Line), Math.Max(1, mistake.Column)), NodeSet, mistake.Message, $"节点集有误：{mistake.Message}",
                    "correct the nodeset, or take it as it was published", "请修正节点集，或使用已发布的原文件");
            }
        }

        return [.. found.All];
    }

    private static void CheckNamespaces(OpcUaFaceDefinition server, Mistakes mistakes)
    {
        var uris = server.NodesetFiles.SelectMany(static f => f.Uris).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < server.Namespaces.Count; i++)
        {
            if (uris.Contains(server.Namespaces[i]))
                mistakes.Add(server.Origin.Of(nameof(server.Namespaces), i), MistakeCodes.DuplicateId, $"{server.Namespaces[i]} is the namespace of a nodeset", $"{server.Namespaces[i]} 是某个节点集的命名空间", "give the machine a namespace of its own", "请为设备使用自己的命名空间");
        }
    }

    private static void CheckInstances(OpcUaFaceDefinition server, IReadOnlySet<string> tags, Mistakes mistakes)
    {
        if (server.Namespaces.Count == 0 || server.Instances.Count == 0)
            return;
        var space = NodeSetInstances.SpaceOf("urn:check", [.. server.Namespaces], server);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var instance in server.Instances)
        {
            if (!names.Add(instance.Name))
                DeviceRules.Duplicate(instance.Origin.Of(nameof(instance.Name)), instance.Name, mistakes);
            else if (NodeSetInstances.FindType(space, instance.Type) is not { } type)
                mistakes.UnknownReference(instance.Origin.Of(nameof(instance.Type)), "object type in the nodesets and models", "节点集与配套规范中的对象类型", instance.Type, NodeSetInstances.TypesOf(space));
            else
                CheckParts(instance, space, space.AddInstance(ObjectIds.ObjectsFolder, ReferenceTypeIds.HasComponent, new(2, instance.Name), new(2, instance.Name), type.Id, instance.Wanted), tags, mistakes);
        }
    }

    private static void CheckParts(OpcUaInstanceDefinition instance, AddressSpace space, Node node, IReadOnlySet<string> tags, Mistakes mistakes)
    {
        for (var i = 0; i < instance.Parts.Count; i++)
        {
            if (space.FindPart(node, instance.Parts[i].Split('/')) is null)
                mistakes.UnknownReference(instance.Origin.Of(nameof(instance.Parts), i), "part of the type", "该类型的组成部分", instance.Parts[i], NodeSetInstances.PartsOf(space, node));
        }

        foreach (var (path, tag) in instance.Tags)
        {
            if (space.FindPart(node, path.Split('/')) is not VariableNode)
                mistakes.UnknownReference(instance.Origin.OfKey(nameof(instance.Tags), path), "variable of the type", "该类型的变量", path, NodeSetInstances.PartsOf(space, node));
            if (!tags.Contains(tag))
                mistakes.UnknownReference(instance.Origin.Of(nameof(instance.Tags), path), "tag of this device", "该设备的变量", tag, tags);
        }
    }
}
