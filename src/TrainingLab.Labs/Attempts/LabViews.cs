using System.Text.Json;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Definitions;

namespace TrainingLab.Labs.Attempts;

/// <summary>Labs as pages show them; never with expected values.</summary>
internal static class LabViews
{
    public static LabSummary SummaryOf(LabDefinition lab) => new(
        lab.Id,
        Of(lab.Title),
        Of(lab.Summary),
        JsonNamingPolicy.CamelCase.ConvertName(lab.Track.ToString()),
        lab.Level,
        lab.Minutes,
        lab.Points,
        lab.Positions);

    public static LabDetail DetailOf(LabSource source, LabDefinition lab, VariantValues variant) => new(
        SummaryOf(lab),
        new LocalizedText(source.Guide("en", variant), source.Guide("zh", variant)),
        [.. lab.Tasks.Select(TaskOf)]);

    public static LabQuestion QuestionOf(QuestionDefinition question) => new(
        question.Id,
        Of(question.Text),
        question.Unit,
        [.. question.Choices.Select(c => new LabChoice(c.Id, Of(c.Text)))]);

    public static LocalizedText Of(Factory.Definitions.LocalizedText text) => new(text.En, text.Zh);

    private static LabTask TaskOf(TaskDefinition task) => new(
        task.Id,
        Of(task.Title),
        Of(task.Text),
        [.. task.Checks.Select(c => new LabCheck(c.Id, Of(c.Title), c.Points))],
        [.. task.Questions.Select(QuestionOf)]);
}
