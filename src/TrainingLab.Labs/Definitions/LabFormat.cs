using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions;

/// <summary>What reading labs needs to know of the other folders of this room.</summary>
public sealed class LabFormat
{
    /// <summary>The check kinds and draws: <c>LabKinds.Create(CheckKinds.Add)</c>.</summary>
    public required KindRegistry Kinds { get; init; }

    /// <summary>Names (first words) of every toolbox command that exists.</summary>
    public required IReadOnlySet<string> ToolboxCommands { get; init; }

    /// <summary>Those that every lab allows, whatever its toolbox says; default none.</summary>
    public IReadOnlySet<string> AlwaysAllowed { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Those that instructors have beside them, and the initial state of a lab; default none.</summary>
    public IReadOnlySet<string> InstructorCommands { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>How scenarios and device profiles are read.</summary>
    public required IScenarioFormat Scenarios { get; init; }
}

/// <summary>The seam to the scenario and device records of Factory.</summary>
public interface IScenarioFormat
{
    /// <summary>Reads and validates a scenario together with the device profiles that it places.</summary>
    /// <param name="scenario">The scenario file.</param>
    /// <param name="devices">All device profiles by id.</param>
    /// <param name="with">Values for its parameters; those not given take their defaults.</param>
    /// <param name="mistakes">Where mistakes go.</param>
    /// <returns>What labs may refer to; null when the scenario cannot be read far enough.</returns>
    ScenarioOutline? Read(
        SourceFile scenario, IReadOnlyDictionary<string, SourceFile> devices, IReadOnlyDictionary<string, ScalarValue> with, Mistakes mistakes);

    /// <summary>Reads and validates a device profile alone.</summary>
    void ReadDevice(SourceFile device, Mistakes mistakes);
}
