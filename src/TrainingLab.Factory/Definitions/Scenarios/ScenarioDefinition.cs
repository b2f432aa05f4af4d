using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace TrainingLab.Factory.Definitions.Scenarios;

/// <summary>A plant, from <c>scenarios/*.scenario.yaml</c>: its network, placed devices, services, material flow and timed faults.</summary>
[Description("A plant: its network, placed devices, services, material flow and timed faults.")]
public sealed record ScenarioDefinition : DefinitionRecord
{
    [Description("Identifier of the scenario; equals the file name before .scenario.yaml.")]
    [Form(TextForm.Id)]
    public required string Id { get; init; }

    [Description("Name shown to people.")]
    public required LocalizedText Title { get; init; }

    [Description("What plant this is.")]
    public LocalizedText? Description { get; init; }

    [Description("Values that a lab may set with `with`, and their defaults; used as ${name}.")]
    public IReadOnlyDictionary<string, ScalarValue> Parameters { get; init; } = new Dictionary<string, ScalarValue>(StringComparer.Ordinal);

    [Description("Plant time at the start of a headless run; a live attempt starts at the real time.")]
    public DateTimeOffset Start { get; init; } = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);

    [Description("Whether a live attempt starts at `start` too, so that its past lies at the same time of day for everybody.")]
    public bool FixedStart { get; init; }

    [Description("Step of the simulation.")]
    [DurationRange("10ms", "1s")]
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(100);

    [Description("Past that is simulated before the start, into the historian.")]
    public HistoryDefinition? History { get; init; }

    [Description("Switches, router, cables and hosts.")]
    public required NetworkDefinition Network { get; init; }

    [Description("The machines.")]
    public required IReadOnlyList<DevicePlacement> Devices { get; init; }

    [Description("Material flow: machines in the order that bottles pass them.")]
    public IReadOnlyList<string> Line { get; init; } = [];

    [Description("Servers and programs of the plant.")]
    public required ServicesDefinition Services { get; init; }

    [Description("Faults that come by themselves.")]
    public IReadOnlyList<TimedFault> Faults { get; init; } = [];
}

/// <summary>How much past a scenario has.</summary>
public sealed record HistoryDefinition : DefinitionRecord
{
    [Description("Length of the past; 0s for none.")]
    [DurationRange("0s", "31d")]
    public required TimeSpan Duration { get; init; }

    [Description("Step of the simulation in the past; coarser than the tick.")]
    [DurationRange("10ms", "1s")]
    public TimeSpan Step { get; init; } = TimeSpan.FromSeconds(1);

    [Description("Time between two samples in the historian.")]
    [DurationRange("100ms", "1h")]
    public TimeSpan Sample { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>A machine in the plant.</summary>
public sealed record DevicePlacement : DefinitionRecord
{
    [Description("Name of the machine, unique in the plant; also its host name.")]
    [Form(TextForm.Id)]
    public required string Id { get; init; }

    [Description("Device profile.")]
    public required string Profile { get; init; }

    [Description("Name shown to people; left out, the profile's.")]
    public LocalizedText? Title { get; init; }

    [Description("Where it is plugged in.")]
    public required Attachment At { get; init; }

    [Description("Parameters of its process that differ from the profile's.")]
    public IReadOnlyDictionary<string, ScalarValue> Parameters { get; init; } = new Dictionary<string, ScalarValue>(StringComparer.Ordinal);

    [Description("How far the machine's clock is off; positive is fast.")]
    [DurationRange("-1d", "1d")]
    public TimeSpan ClockOffset { get; init; }

    [Description("How a machine that speaks MQTT logs in to the broker; left out, without a user.")]
    public MqttLoginDefinition? Login { get; init; }
}

/// <summary>A fault that comes by itself.</summary>
public sealed record TimedFault : DefinitionRecord
{
    [Description("Machine.")]
    public required string Device { get; init; }

    [Description("Name of the fault in its profile.")]
    public required string Fault { get; init; }

    [Description("Plant time after the start at which the fault comes; negative is in the simulated past.")]
    public required TimeSpan At { get; init; }

    [Description("How long it stays; left out, for good.")]
    public TimeSpan? Lasts { get; init; }

    [Description("Whether it comes at all; false in scenarios in which a lab can ask for it by a parameter.")]
    public bool Enabled { get; init; } = true;
}
