using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions;

/// <summary>A lab: <c>labs/&lt;track&gt;/&lt;name&gt;/lab.yaml</c>, bound with the values that a seed drew for one student.</summary>
[Description("A lab: tasks and checks on a scenario.")]
public sealed record LabDefinition : DefinitionRecord
{
    /// <summary>Track and name; the same as the lab's folder below <c>labs/</c>.</summary>
    [Description("Track and name, the same as the folder below labs/: network/vlan-segmentation."), Form(TextForm.IdPath)]
    public required string Id { get; init; }

    /// <summary>The title. Without <c>${…}</c>: it is shown before a seed is known.</summary>
    [Description("The title.")]
    public required LocalizedText Title { get; init; }

    /// <summary>One or two sentences for the list of labs. Without <c>${…}</c>.</summary>
    [Description("One or two sentences for the list of labs.")]
    public required LocalizedText Summary { get; init; }

    /// <summary>The track: the first part of the id.</summary>
    [Description("The track, the same as the first part of the id.")]
    public required LabTrack Track { get; init; }

    /// <summary>1 junior, 2 intermediate, 3 senior.</summary>
    [Description("1 junior, 2 intermediate, 3 senior."), Range(1, 3)]
    public required int Level { get; init; }

    /// <summary>How many 45-minute periods it takes.</summary>
    [Description("How many 45-minute periods it takes."), Range(1, 12)]
    public required int Periods { get; init; }

    /// <summary>Minutes hands-on, at most 35 per period.</summary>
    [Description("Minutes hands-on, at most 35 per period."), Range(1, 420)]
    public required int Minutes { get; init; }

    /// <summary>Numbers of the positions (1 to 15) that it trains.</summary>
    [Description("Numbers of the positions, 1 to 15, that it trains."), Range(1, 15), MinLength(1)]
    public required IReadOnlyList<int> Positions { get; init; }

    /// <summary>The competencies that it trains; checks name theirs again, or inherit these.</summary>
    [Description("The competencies that it trains, as domain/activity; a check without its own inherits these."), MinLength(1)]
    public required IReadOnlyList<Competency> Competencies { get; init; }

    /// <summary>ATT&amp;CK for ICS techniques, T0800 to T0999; none by default.</summary>
    [Description("ATT&CK for ICS techniques that it is about, such as T0812.")]
    public IReadOnlyList<string> Techniques { get; init; } = [];

    /// <summary>Id of the scenario that it runs on.</summary>
    [Description("Id of the scenario that it runs on."), Form(TextForm.Id)]
    public required string Scenario { get; init; }

    /// <summary>Values for the scenario's parameters.</summary>
    [Description("Values for the scenario's parameters.")]
    public IReadOnlyDictionary<string, ScalarValue> With { get; init; } = Empty<ScalarValue>();

    /// <summary>Values that a seed draws, by name; used as <c>${name}</c> anywhere in the lab, its guides and submissions, and as <c>variant.name</c> in expressions.</summary>
    [Description("Values that the seed draws, by name; written ${name} elsewhere, and variant.name in expressions."), Form(TextForm.Any, Keys = TextForm.Name)]
    public IReadOnlyDictionary<string, DrawDefinition> Variant { get; init; } = Empty<DrawDefinition>();

    /// <summary>Values that only the simulation knows, by name; <c>truth.name</c> in expressions.</summary>
    [Description("Values that only the simulation knows, by name; truth.name in expressions."), Form(TextForm.Any, Keys = TextForm.Name)]
    public IReadOnlyDictionary<string, TruthDefinition> Truths { get; init; } = Empty<TruthDefinition>();

    /// <summary>Series that checks compute figures of, by name.</summary>
    [Description("Series that checks compute figures of, by name."), Form(TextForm.Any, Keys = TextForm.Name)]
    public IReadOnlyDictionary<string, SeriesDefinition> Series { get; init; } = Empty<SeriesDefinition>();

    /// <summary>Toolbox commands that bring the scenario into the lab's initial state, run before the student enters, in order.</summary>
    [Description("Toolbox commands that make the lab's initial state, run in order before the student enters.")]
    public IReadOnlyList<string> Start { get; init; } = [];

    /// <summary>Names of the toolbox commands that the student may use.</summary>
    [Description("Names of the toolbox commands that the student may use."), MinLength(1)]
    public required IReadOnlyList<string> Toolbox { get; init; }

    /// <summary>Points from which on the lab is passed.</summary>
    [Description("Points from which on the lab is passed."), Range(1, 1000)]
    public required int PassAt { get; init; }

    /// <summary>The tasks, in order.</summary>
    [Description("The tasks, in order."), MinLength(1)]
    public required IReadOnlyList<TaskDefinition> Tasks { get; init; }

    /// <summary>What costs points.</summary>
    [Description("What costs points.")]
    public IReadOnlyList<DeductionDefinition> Deductions { get; init; } = [];

    /// <summary>Where a class can stop at the end of a period; one per period but the last.</summary>
    [Description("Where a class can stop: one after each period but the last.")]
    public IReadOnlyList<StopPointDefinition> StopPoints { get; init; } = [];

    /// <summary>All checks of all tasks, in order.</summary>
    public IEnumerable<CheckDefinition> Checks => Tasks.SelectMany(t => t.Checks);

    /// <summary>All questions of all tasks, in order.</summary>
    public IEnumerable<QuestionDefinition> Questions => Tasks.SelectMany(t => t.Questions);

    /// <summary>All hints of all tasks, in order.</summary>
    public IEnumerable<HintDefinition> Hints => Tasks.SelectMany(t => t.Hints);

    /// <summary>The points of all checks.</summary>
    public int Points => Checks.Sum(c => c.Points);

    /// <summary>The competencies that a check gives evidence of: its own, or the lab's.</summary>
    public IReadOnlyList<Competency> CompetenciesOf(CheckDefinition check) => check.Competencies.Count > 0 ? check.Competencies : Competencies;

    private static OrderedDictionary<string, T> Empty<T>() => [];
}

/// <summary>The tracks of the curriculum, in its order. Their camelCase names are the folders below <c>labs/</c>.</summary>
public enum LabTrack
{
    /// <summary>网络互联.</summary>
    Network,

    /// <summary>标识解析.</summary>
    Identifiers,

    /// <summary>信息互通.</summary>
    Interoperability,

    /// <summary>边缘与平台.</summary>
    Platform,

    /// <summary>数据服务.</summary>
    Data,

    /// <summary>应用开发.</summary>
    Applications,

    /// <summary>运维.</summary>
    Operations,

    /// <summary>安全防护.</summary>
    Security,

    /// <summary>综合案例.</summary>
    Integrated,
}

/// <summary>Where a class can stop at the end of a period.</summary>
[Description("Where a class can stop at the end of a period.")]
public sealed record StopPointDefinition : DefinitionRecord
{
    /// <summary>Id of the task after which to stop.</summary>
    [Description("Id of the task after which to stop."), Form(TextForm.Id)]
    public required string After { get; init; }

    /// <summary>What the student should have by now, and what the next period starts with.</summary>
    [Description("What should stand by now.")]
    public required LocalizedText Text { get; init; }
}
