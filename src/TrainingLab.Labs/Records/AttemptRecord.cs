using TrainingLab.Labs.Attempts.Contracts;

namespace TrainingLab.Labs.Records;

/// <summary>One attempt in the index: enough to list it, to find its files and to resume it on its own ports.</summary>
public sealed class AttemptRecord
{
    /// <summary>Attempt id; also the name of its folder.</summary>
    public required string Id { get; init; }

    /// <summary>Lab id.</summary>
    public required string Lab { get; init; }

    /// <summary>Version of the lab it is graded by: the hash of its definition bundle.</summary>
    public string? LabVersion { get; set; }

    /// <summary>Never leaves the server before release.</summary>
    public required long Seed { get; init; }

    /// <summary>The owner first.</summary>
    public List<AttemptMember> Members { get; init; } = [];

    /// <summary>Where it is in its life.</summary>
    public required AttemptState State { get; set; }

    /// <summary>First port of its block; kept for life, so that students' tools need no new settings. 0 when it has none.</summary>
    public int PortBase { get; set; }

    /// <summary>Its token, for SOCKS5 and the service paths.</summary>
    public string? Token { get; set; }

    /// <summary>Wall time, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Wall time of the last action of a member.</summary>
    public DateTimeOffset? LastActionAt { get; set; }

    /// <summary>That action in a few words.</summary>
    public string? LastAction { get; set; }

    /// <summary>Points after deductions.</summary>
    public int Score { get; set; }

    /// <summary>The most points possible.</summary>
    public int Max { get; set; }

    /// <summary>Whether the lab counts as passed.</summary>
    public bool Passed { get; set; }

    /// <summary>The row of a list.</summary>
    public AttemptSummary ToSummary() => new(
        Id, Lab, [.. Members.OrderBy(m => m.Position).Select(m => m.AccountId)], State, StartedAt, LastActionAt, LastAction, Score, Max, Passed);
}

/// <summary>One of up to four who take part in an attempt.</summary>
public sealed class AttemptMember
{
    /// <summary>The attempt.</summary>
    public required string AttemptId { get; init; }

    /// <summary>The account; <c>local</c> at the command line.</summary>
    public required string AccountId { get; init; }

    /// <summary>0 is the owner.</summary>
    public required int Position { get; init; }
}
