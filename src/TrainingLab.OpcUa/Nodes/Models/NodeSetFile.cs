using System.Security.Cryptography;

namespace TrainingLab.OpcUa.Nodes.Models;

/// <summary>How much a nodeset file may hold.</summary>
public sealed record NodeSetLimits
{
    /// <summary>Most bytes; 64 MiB by default (the largest published nodeset has 4).</summary>
    public int MaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Most nodes; 100,000 by default.</summary>
    public int MaxNodes { get; init; } = 100_000;

    /// <summary>Deepest nesting of elements; 100 by default.</summary>
    public int MaxDepth { get; init; } = 100;
}

/// <summary>
/// A nodeset in XML (OPC 10000-6, annex F), for example a companion specification as it is published. Reading never throws for what the file holds: mistakes are values.
/// External entities and document types are not read.
/// </summary>
public sealed class NodeSetFile : IModelSource
{
    private readonly ReadOnlyMemory<byte> _content;
    private readonly NodeSetLimits _limits;
    private readonly string _hash;

    /// <summary>A nodeset from its bytes, which must not change.</summary>
    /// <param name="name">What mistakes call it: the file's name.</param>
    /// <param name="content">The XML.</param>
    /// <param name="limits">How much it may hold.</param>
    public NodeSetFile(string name, ReadOnlyMemory<byte> content, NodeSetLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        _content = content;
        _limits = limits ?? new NodeSetLimits();
        _hash = Convert.ToHexStringLower(SHA256.HashData(content.Span));
        var head = new NodeSetMistakes();
        (Uris, Required) = NodeSetReader.ReadHead(content, _limits, head);
        HeadMistakes = head.Found;
    }

    /// <summary>What mistakes call it.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Uris { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Required { get; }

    /// <summary>What is wrong with the file before any node of it is read: it is no XML, too large, or names no model.</summary>
    internal IReadOnlyList<NodeSetMistake> HeadMistakes { get; }

    /// <summary>The content's hash: the same content is the same source.</summary>
    public override string ToString() => _hash;

    /// <summary>All that is wrong with files, each in its own list, when they are loaded together with the companion specifications that they require.</summary>
    public static IReadOnlyList<(NodeSetFile File, IReadOnlyList<NodeSetMistake> Mistakes)> Check(IReadOnlyCollection<NodeSetFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var mistakes = files.ToDictionary(static f => (IModelSource)f, static _ => new NodeSetMistakes());
        foreach (var file in files)
        {
            foreach (var mistake in file.HeadMistakes)
            {
                mistakes[file].Add(new TextPosition(mistake.Line, mistake.Column), mistake.Message);
            }
        }

        if (files.All(static f => f.HeadMistakes.Count == 0))
        {
            var ordered = ModelStack.Order(files, out var missing);
            foreach (var (source, message) in missing)
            {
                if (mistakes.TryGetValue(source, out var list))
                {
                    list.Add(new TextPosition(1, 1), message);
                }
            }

            if (missing.Count == 0)
            {
                var ofCompanions = new NodeSetMistakes();
                ModelStack.Build(ordered, firstIndex: 2, source => mistakes.GetValueOrDefault(source) ?? ofCompanions);
            }
        }

        return [.. files.Select(f => (f, (IReadOnlyList<NodeSetMistake>)[.. mistakes[f].Found.OrderBy(static m => m.Line).ThenBy(static m => m.Column)]))];
    }

    IReadOnlyList<NodeDraft> IModelSource.Read(Func<string, ushort?> indexOf, NodeSetMistakes mistakes) => new NodeSetReader(indexOf, mistakes, _limits).Read(_content, Uris);
}
