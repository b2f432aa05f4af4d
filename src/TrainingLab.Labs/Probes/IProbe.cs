using System.Text.Json.Nodes;
using TrainingLab.Factory;
using TrainingLab.Labs.Evidence.Records;

namespace TrainingLab.Labs.Probes;

/// <summary>What a probe found.</summary>
/// <param name="Result">One of <see cref="ProbeResults"/>.</param>
/// <param name="Detail">One line for the instructor.</param>
/// <param name="Value">What it read, if it reads.</param>
/// <param name="Drawn">What it drew and hoped to read, if it draws.</param>
public sealed record ProbeOutcome(string Result, string Detail, JsonNode? Value = null, JsonNode? Drawn = null)
{
    /// <summary>The prober itself failed.</summary>
    public static ProbeOutcome Failed(string detail) => new(ProbeResults.Error, detail);
}

/// <summary>What an argument of a probe names.</summary>
public enum ProbeArgument
{
    /// <summary>A node of the plant.</summary>
    Node,

    /// <summary>A node of the plant and a TCP port, <c>filler-1:4840</c>.</summary>
    Endpoint,

    /// <summary>A machine.</summary>
    Device,

    /// <summary>A tag of the machine that the argument <c>device</c> names.</summary>
    Tag,

    /// <summary><c>publish</c> or <c>subscribe</c>.</summary>
    MqttAction,

    /// <summary>A topic to publish to, or a topic filter where the argument <c>action</c> is <c>subscribe</c>.</summary>
    Topic,

    /// <summary>Any text.</summary>
    Text,
}

/// <summary>A kind of probe: the grader tries something as a machine of the plant would.</summary>
public interface IProbe
{
    /// <summary>Name by which checks ask for it.</summary>
    string Kind { get; }

    /// <summary>The arguments that it needs, by name.</summary>
    IReadOnlyDictionary<string, ProbeArgument> Arguments { get; }

    /// <summary>The arguments that it takes beside them; none by default.</summary>
    IReadOnlyDictionary<string, ProbeArgument> Optional => new Dictionary<string, ProbeArgument>(StringComparer.Ordinal);

    /// <summary>Tries it, on the factory's scheduler. What the plant refuses is an outcome; an exception is the lab's own fault.</summary>
    Task<ProbeOutcome> RunAsync(RunningFactory factory, IReadOnlyDictionary<string, string> arguments, CancellationToken cancellationToken);
}

/// <summary>All kinds of probe: one file each, and one line here.</summary>
public static class ProbeKinds
{
    private static readonly IProbe[] All = [new ConnectProbe(), new OpcUaProbe(), new MqttProbe()];

    /// <summary>The names of all kinds.</summary>
    public static IEnumerable<string> Names => All.Select(p => p.Kind);

    /// <summary>The kind of a name; null where there is none.</summary>
    public static IProbe? Find(string kind) => Array.Find(All, p => p.Kind == kind);
}
