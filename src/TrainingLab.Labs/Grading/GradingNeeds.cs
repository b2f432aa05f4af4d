using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace TrainingLab.Labs.Grading;

/// <summary>What checks need the runtime to record.</summary>
public sealed class GradingNeeds
{
    private readonly SortedSet<string> watches = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ProbeRequest> probes = new(StringComparer.Ordinal);
    private readonly SortedSet<string> truths = new(StringComparer.Ordinal);
    private readonly SortedSet<string> series = new(StringComparer.Ordinal);

    /// <summary>State paths: a <c>sample</c> at the start and whenever the value changes.</summary>
    public IReadOnlyCollection<string> Watches => watches;

    /// <summary>Probes to run, in rounds: after a student's change has settled, and at hand-in.</summary>
    public IReadOnlyCollection<ProbeRequest> Probes => probes.Values;

    /// <summary>Names of ground-truth values: a <c>truth</c> record when known, and when it changes.</summary>
    public IReadOnlyCollection<string> Truths => truths;

    /// <summary>Names of series: <c>series</c> records.</summary>
    public IReadOnlyCollection<string> Series => series;

    /// <summary>Adds a state path.</summary>
    public void Watch(string path) => watches.Add(path);

    /// <summary>Adds a probe; the same probe asked for twice is run once.</summary>
    public void Probe(ProbeRequest request) => probes[request.Id] = request;

    /// <summary>Adds a ground-truth value.</summary>
    public void Truth(string name) => truths.Add(name);

    /// <summary>Adds the ground-truth values and state paths that an expression reads.</summary>
    public void AddExpression(string expression)
    {
        foreach (var name in GradingExpression.NamesIn(expression))
        {
            if (name.StartsWith(GradingExpression.TruthPrefix, StringComparison.Ordinal))
                Truth(name[GradingExpression.TruthPrefix.Length..]);
            else if (name.StartsWith(GradingExpression.StatePrefix, StringComparison.Ordinal))
                Watch(name[GradingExpression.StatePrefix.Length..]);
        }
    }

    /// <summary>Adds a series.</summary>
    public void AddSeries(string name) => series.Add(name);
}

/// <summary>A probe that a check asks for. Kind and arguments mean something to the runtime only.</summary>
public sealed class ProbeRequest
{
    /// <param name="kind">The kind of probe, for example <c>connect</c>.</param>
    /// <param name="arguments">Its arguments, by name.</param>
    public ProbeRequest(string kind, IEnumerable<KeyValuePair<string, string>> arguments)
    {
        Kind = kind;
        Arguments = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in arguments)
            Arguments[name] = value;

        var named = new JsonArray(kind, new JsonObject([.. Arguments.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value))]));
        Id = kind + "-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(named.ToJsonString())))[..12];
    }

    /// <summary>Made of kind and arguments alone: a newer rubric that asks the same finds the old records.</summary>
    public string Id { get; }

    /// <summary>The kind of probe.</summary>
    public string Kind { get; }

    /// <summary>Its arguments, in order of name.</summary>
    public SortedDictionary<string, string> Arguments { get; }
}
