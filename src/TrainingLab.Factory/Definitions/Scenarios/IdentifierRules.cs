using TrainingLab.Identifiers.Handles;

namespace TrainingLab.Factory.Definitions.Scenarios;

/// <summary>What must be right in a scenario's identifier nodes.</summary>
internal sealed class IdentifierRules(IReadOnlyList<IdentifierNodeDefinition> nodes, Mistakes mistakes)
{
    public void Check()
    {
        foreach (var node in nodes)
        {
            CheckRoot(node);
            for (var i = 0; i < node.Prefixes.Count; i++)
                CheckPrefix(node.Prefixes[i], node.Origin.Of(nameof(node.Prefixes), i));
            foreach (var (prefix, below) in node.Delegates)
            {
                CheckPrefix(prefix, node.Origin.OfKey(nameof(node.Delegates), prefix));
                RequireNode(below, node.Origin.Of(nameof(node.Delegates), prefix));
            }

            var handles = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var handle in node.Handles)
                CheckHandle(node, handle, handles);
        }
    }

    private void CheckRoot(IdentifierNodeDefinition node)
    {
        if (node.Role == IdentifierRole.Recursive && node.Root is null)
            mistakes.Add(node.Origin.Span, MistakeCodes.MissingKey, $"the recursive node '{node.Id}' has no 'root'", $"递归节点“{node.Id}”缺少 root", "name the node that it starts at", "请写出起始根节点");
        else if (node.Root is { } root)
            RequireNode(root, node.Origin.Of(nameof(node.Root)));
    }

    private void RequireNode(string id, SourceSpan span)
    {
        if (id.Length > 0 && nodes.All(n => n.Id != id))
            mistakes.UnknownReference(span, "identifier node", "标识节点", id, nodes.Select(n => n.Id));
    }

    private void CheckPrefix(string prefix, SourceSpan span)
    {
        if (prefix.Length > 0 && !Handle.IsPrefix(prefix))
            mistakes.Add(span, MistakeCodes.BadFormat, $"'{prefix}' is no prefix", $"“{prefix}”不是有效前缀", "write parts with dots between them, such as 88.104.1201", "请写以点分隔的前缀，例如 88.104.1201");
    }

    private void CheckHandle(IdentifierNodeDefinition node, HandleDefinition handle, HashSet<string> handles)
    {
        var span = handle.Origin.Of(nameof(handle.Handle));
        if (handle.Handle.Length > 0)
        {
            if (!Handle.TryParse(handle.Handle, out var parsed))
                mistakes.Add(span, MistakeCodes.BadFormat, $"'{handle.Handle}' is no handle", $"“{handle.Handle}”不是有效标识", "write prefix/suffix, such as 88.104.1201/B-1", "请写 前缀/后缀，例如 88.104.1201/B-1");
            else if (!node.Prefixes.Contains(parsed.Prefix, StringComparer.OrdinalIgnoreCase))
                mistakes.Add(span, ScenarioMistakeCodes.PrefixWithoutHome, $"'{node.Id}' is not home to the prefix {parsed.Prefix}", $"“{node.Id}”不是前缀 {parsed.Prefix} 的归属节点", $"add {parsed.Prefix} to its 'prefixes'", $"请把 {parsed.Prefix} 加入其 prefixes");
            if (!handles.Add(handle.Handle))
                mistakes.Add(span, MistakeCodes.DuplicateId, $"'{handle.Handle}' is there twice", $"标识“{handle.Handle}”重复", "put all its values into one", "请把其值合并到一处");
        }

        var indexes = new HashSet<int>();
        foreach (var value in handle.Values.Where(v => !indexes.Add(v.Index)))
            mistakes.Add(value.Origin.Of(nameof(value.Index)), MistakeCodes.DuplicateId, $"index {value.Index} is there twice", $"索引 {value.Index} 重复", "number the values differently", "请使用不同的索引");
    }
}
