namespace TrainingLab.Labs.Attempts.Contracts;

/// <summary>Who acts on an attempt. Every state-changing member takes one, because who did it counts.</summary>
/// <param name="Account">The account's id in the records; <c>local</c> at the command line.</param>
/// <param name="Name">As shown to an instructor.</param>
/// <param name="Role">What this account may see.</param>
/// <param name="Address">The address the request came from; null when there is none.</param>
public sealed record AttemptActor(string Account, string Name, ActorRole Role, string? Address = null)
{
    /// <summary>The language that texts come in, <c>en</c> or <c>zh</c>.</summary>
    public string Language { get; init; } = "en";
}

/// <summary>What an actor may see and do.</summary>
public enum ActorRole
{
    /// <summary>Works on own attempts; never sees seeds, expected or probe values before release.</summary>
    Student,

    /// <summary>Reads the attempts of own cohorts, with everything in them.</summary>
    Instructor,
}

/// <summary>Where an attempt is in its life.</summary>
public enum AttemptState
{
    /// <summary>The factory runs.</summary>
    Running,

    /// <summary>Idle or stopped at the bell; the next action resumes it at the same plant instant.</summary>
    Frozen,

    /// <summary>Inputs are frozen, open hold-conditions are being decided.</summary>
    HandingIn,

    /// <summary>Ended; evidence is sealed.</summary>
    HandedIn,
}

/// <summary>Asks for a new attempt.</summary>
/// <param name="Lab">Lab id.</param>
/// <param name="Members">One to four accounts, the owner first.</param>
/// <param name="Seed">Null draws one; only an instructor may choose it.</param>
public sealed record AttemptRequest(string Lab, IReadOnlyList<AttemptActor> Members, long? Seed = null);

/// <summary>Which attempts to list; null fields do not restrict.</summary>
/// <param name="Accounts">Attempts with at least one of these members.</param>
/// <param name="Lab">Lab id.</param>
public sealed record AttemptFilter(IReadOnlyCollection<string>? Accounts = null, string? Lab = null);

/// <summary>One attempt in a list; comes from the records, so listing thaws nothing.</summary>
/// <param name="Id">Attempt id, safe in a URL path.</param>
/// <param name="Lab">Lab id.</param>
/// <param name="Members">Account ids, the owner first.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="StartedAt">Wall time, UTC.</param>
/// <param name="LastActionAt">Wall time of the last action of a member; null before the first.</param>
/// <param name="LastAction">That action in a few words, for the instructor's table.</param>
/// <param name="Score">Points after deductions.</param>
/// <param name="Max">The most points possible.</param>
/// <param name="Passed">Whether the lab counts as passed now.</param>
public sealed record AttemptSummary(
    string Id, string Lab, IReadOnlyList<string> Members, AttemptState State, DateTimeOffset StartedAt,
    DateTimeOffset? LastActionAt, string? LastAction, int Score, int Max, bool Passed);

/// <summary>One way into a factory.</summary>
/// <param name="Name">For example <c>filler-1</c>.</param>
/// <param name="Protocol">opcua, mqtt, modbus, http, socks5.</param>
/// <param name="Url">As a student's tool takes it, with the public host.</param>
/// <param name="Node">The plant node behind it.</param>
/// <param name="Address">Its plant address and port.</param>
/// <param name="Command">One command line that works as printed.</param>
public sealed record AttemptEndpoint(string Name, string Protocol, string Url, string Node, string Address, string Command);

/// <summary>What came of an action that a form asked for.</summary>
/// <param name="Done">False when it was refused; nothing has changed then.</param>
/// <param name="Message">What happened or why not and what to do, for the student.</param>
public sealed record ActionOutcome(bool Done, LocalizedText Message)
{
    /// <summary>It happened.</summary>
    public static ActionOutcome Ok(string en, string zh) => new(true, new LocalizedText(en, zh));

    /// <summary>It was refused.</summary>
    public static ActionOutcome Refused(string en, string zh) => new(false, new LocalizedText(en, zh));
}

/// <summary>A hint as its buyer sees it.</summary>
/// <param name="Id">Unique in the lab.</param>
/// <param name="Task">The task it helps with.</param>
/// <param name="Price">Points that taking it costs.</param>
/// <param name="Text">Null until it is taken.</param>
public sealed record HintView(string Id, string Task, int Price, LocalizedText? Text);

/// <summary>A question with the answer given last.</summary>
/// <param name="Task">The task it belongs to.</param>
/// <param name="Question">Its words, drawn for this attempt's variant.</param>
/// <param name="Value">As the student typed it; null before the first answer.</param>
public sealed record AnswerView(string Task, LabQuestion Question, string? Value);
