using System.Collections.Concurrent;

namespace TrainingLab.OpcUa.Nodes.Models;

/// <summary>A nodeset that models can be built from: one that is part of the program (<see cref="CompanionModels"/>) or a file (<see cref="NodeSetFile"/>).</summary>
public interface IModelSource
{
    /// <summary>The URIs of the models it defines; they are namespaces.</summary>
    IReadOnlyList<string> Uris { get; }

    /// <summary>The URIs of the models it needs, namespace 0 aside.</summary>
    IReadOnlyList<string> Required { get; }

    /// <summary>What the nodeset says, with its ids in the space's namespaces.</summary>
    /// <param name="indexOf">The index of a namespace in the space; null when the namespace is not there.</param>
    /// <param name="mistakes">Gets what is wrong.</param>
    internal IReadOnlyList<NodeDraft> Read(Func<string, ushort?> indexOf, NodeSetMistakes mistakes);
}

/// <summary>Puts models over namespace 0, each after those that it requires. The same models at the same indices are built once per process.</summary>
internal static class ModelStack
{
    private static readonly ConcurrentDictionary<string, Lazy<NodeModel>> Loaded = new(StringComparer.Ordinal);

    /// <summary>The models of <paramref name="sources"/> with what they require, their namespaces from <paramref name="firstIndex"/> on.</summary>
    /// <exception cref="InvalidDataException">A model is missing or wrong.</exception>
    public static NodeModel Load(IReadOnlyCollection<IModelSource> sources, ushort firstIndex)
    {
        if (sources.Count == 0)
        {
            return Namespace0.Model;
        }

        var ordered = Order(sources, out var missing);
        if (missing.Count > 0)
        {
            throw new InvalidDataException(string.Join("; ", missing.Select(static m => m.Message)));
        }

        // A source is known by its content, so its own equality makes the key.
        var key = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{firstIndex} {string.Join(' ', ordered)}");
        return Loaded.GetOrAdd(key, _ => new Lazy<NodeModel>(() => Build(ordered, firstIndex))).Value;
    }

    /// <summary>The sources and what they require, each after what it requires.</summary>
    public static IReadOnlyList<IModelSource> Order(IReadOnlyCollection<IModelSource> sources, out IReadOnlyList<(IModelSource Source, string Message)> missing)
    {
        var byUri = new Dictionary<string, IModelSource>(StringComparer.Ordinal);
        foreach (var source in sources)
        {
            foreach (var uri in source.Uris)
            {
                byUri[uri] = source;
            }
        }

        var ordered = new List<IModelSource>();
        var visited = new HashSet<IModelSource>();
        var lacking = new List<(IModelSource, string)>();
        void Visit(IModelSource source)
        {
            if (!visited.Add(source))
            {
                return;
            }

            foreach (var uri in source.Required)
            {
                if (byUri.TryGetValue(uri, out var required) || CompanionModels.Find(uri) is { } known && (required = known) is not null)
                {
                    Visit(required);
                }
                else if (uri != Namespace0.Uri)
                {
                    lacking.Add((source, $"{source.Uris[0]} requires {uri}, and no nodeset here defines it; put its nodeset beside this one"));
                }
            }

            ordered.Add(source);
        }

        foreach (var source in sources)
        {
            Visit(source);
        }

        missing = lacking;
        return ordered;
    }

    /// <summary>One model of all sources.</summary>
    public static NodeModel Build(IReadOnlyList<IModelSource> ordered, ushort firstIndex, Func<IModelSource, NodeSetMistakes>? mistakesOf = null)
    {
        List<string> uris = [.. ordered.SelectMany(static s => s.Uris).Distinct(StringComparer.Ordinal)];
        ushort? IndexOf(string uri) => uri == Namespace0.Uri ? (ushort)0 : uris.IndexOf(uri) is >= 0 and var at ? (ushort)(firstIndex + at) : null;
        var all = new NodeSetMistakes();
        var nodeSets = new List<(IReadOnlyList<NodeDraft> Drafts, NodeSetMistakes Mistakes)>();
        foreach (var source in ordered)
        {
            var mistakes = mistakesOf?.Invoke(source) ?? all;
            nodeSets.Add((source.Read(IndexOf, mistakes), mistakes));
        }

        var model = NodeModelBuilder.Build(Namespace0.Model, nodeSets, uris, firstIndex);
        return mistakesOf is not null || all.Found.Count == 0 ? model : throw new InvalidDataException(string.Join("; ", all.Found));
    }
}
