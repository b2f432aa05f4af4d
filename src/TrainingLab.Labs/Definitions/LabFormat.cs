using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions;

/// <summary>What reading labs needs to know of the other folders of this room.</summary>
public sealed class LabFormat
{
    /// <summary>The check kinds and draws: <c>LabKinds.Create(CheckKinds.Add)</c>.</summary>
    public required KindRegistry Kinds { get; init; }

    /// <summary>Names (first words) of every toolbox command that exists.</summary>
    public required IReadOnlySet<string> ToolboxCommands { get; init; }
}
