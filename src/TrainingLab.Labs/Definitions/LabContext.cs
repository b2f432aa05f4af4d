using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions;

/// <summary>What a check may refer to while it is validated.</summary>
public sealed class LabContext
{
    /// <summary>The lab, bound with the values of one seed.</summary>
    public required LabDefinition Lab { get; init; }

    /// <summary>What the lab's scenario offers; null when the scenario itself could not be read (then references to it are not judged).</summary>
    public ScenarioOutline? Scenario { get; init; }

    /// <summary>Every toolbox command that exists.</summary>
    public required IReadOnlySet<string> ToolboxCommands { get; init; }

    /// <summary>Those that every lab allows, whatever its toolbox says; default none.</summary>
    public IReadOnlySet<string> AlwaysAllowed { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Those that instructors have beside them, and the initial state of a lab; default none.</summary>
    public IReadOnlySet<string> InstructorCommands { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Adds a mistake unless the scenario has this node.</summary>
    public void RequireNode(SourceSpan span, string node, Mistakes mistakes)
    {
        if (Scenario is not null && node.Length > 0 && !Scenario.Nodes.Contains(node))
        {
            mistakes.UnknownReference(span, "node", "节点", node, Scenario.Nodes);
        }
    }

    /// <summary>Adds a mistake unless the scenario has this device with this tag.</summary>
    public void RequireTag(SourceSpan nodeSpan, string node, SourceSpan tagSpan, string tag, Mistakes mistakes)
    {
        if (Scenario is null || node.Length == 0)
        {
            return;
        }

        if (!Scenario.Tags.TryGetValue(node, out var tags))
        {
            mistakes.UnknownReference(nodeSpan, "device", "设备", node, Scenario.Tags.Keys);
        }
        else if (tag.Length > 0 && tags?.Contains(tag) == false)
        {
            mistakes.UnknownReference(tagSpan, "tag of this device", "该设备的测点", tag, tags);
        }
    }

    /// <summary>Adds a mistake unless the lab has this question.</summary>
    public void RequireQuestion(SourceSpan span, string question, Mistakes mistakes)
    {
        if (question.Length > 0 && Lab.Questions.All(q => q.Id != question))
        {
            mistakes.UnknownReference(span, "question", "问题", question, Lab.Questions.Select(q => q.Id));
        }
    }

    /// <summary>Adds a mistake unless the lab declares this series.</summary>
    public void RequireSeries(SourceSpan span, string series, Mistakes mistakes)
    {
        if (series.Length > 0 && !Lab.Series.ContainsKey(series))
        {
            mistakes.UnknownReference(span, "series", "序列", series, Lab.Series.Keys);
        }
    }

    /// <summary>Adds a mistake unless the lab has this check.</summary>
    public void RequireCheck(SourceSpan span, string check, Mistakes mistakes)
    {
        if (check.Length > 0 && Lab.Checks.All(c => c.Id != check))
        {
            mistakes.UnknownReference(span, "check", "检查点", check, Lab.Checks.Select(c => c.Id));
        }
    }
}
