namespace TrainingLab.OpcUa.Server;

/// <summary>Faults of a server that a lab switches on and off: what an overloaded server or a bad line does to its answers. Asked at each answer; null, the default, is a sound server.</summary>
public sealed class ServerFaults
{
    /// <summary>Says whether the next answer to a Publish request gets lost: the client waits for it in vain, and gets what was in it by Republish.</summary>
    public Func<bool>? LosesPublish { get; set; }

    /// <summary>
    /// Says how long the next answer waits, by the host's time; zero: not at all. Answers of a connection stay in their order. Handshake and channel are not delayed. A client that goes on asking is not
    /// read any further while <see cref="MaxHeldAnswers"/> of its answers wait.
    /// </summary>
    public Func<TimeSpan>? AnswerDelay { get; set; }

    /// <summary>Most answers that wait on one connection.</summary>
    public const int MaxHeldAnswers = 100;
}
