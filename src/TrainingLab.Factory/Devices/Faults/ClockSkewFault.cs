using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Simulation.Chance;
using TrainingLab.Simulation.Kinds;
using TrainingLab.Simulation.Parameters;
using TrainingLab.Simulation.Time;

namespace TrainingLab.Factory.Devices.Faults;

/// <summary>A machine's clock is wrong, and with it every time that the machine tells: the timestamps in what it publishes, those of its OPC UA server, its certificates' times.</summary>
/// <param name="offset">How far it is ahead; negative behind.</param>
internal sealed class ClockSkewFault(TimeSpan offset) : ScheduledFault
{
    private HostClock? clock;
    private bool applied;

    /// <summary>The one kind, by the name that profiles use.</summary>
    public static KindRegistry<ClockSkewFault> Kinds { get; } = new KindRegistry<ClockSkewFault>()
        .Add(new("clockSkew", new("the machine's clock is wrong", "设备时钟不准"),
            [
                new("ahead", ParameterKind.Duration) { Default = "0s", Minimum = 0, Maximum = 86_400, Description = new("how far it is ahead", "快多少") },
                new("behind", ParameterKind.Duration) { Default = "0s", Minimum = 0, Maximum = 86_400, Description = new("how far it is behind", "慢多少") },
            ],
            Make));

    /// <summary>Makes the fault that a profile declares; null where it is none of a clock, or where the mistakes say what is wrong.</summary>
    public static ClockSkewFault? Create(FaultDeclaration declared, ICollection<ParameterMistake> mistakes) =>
        Kinds.Find(declared.KindName) is not { } kind
            ? null
            : Kinds.Create(kind.Name, PlantBuilder.ValuesOf(declared.Parameters, kind.Parameters), new ComponentContext(declared.Id, new SeededChance(0, declared.Id), default) { Mistakes = mistakes });

    /// <summary>Tells the clock, once.</summary>
    public void Attach(HostClock host) => clock = host;

    protected override void OnBegin(TimeSpan now) => Apply(on: true);

    protected override void OnEnd() => Apply(on: false);

    /// <summary>The clock's own skew is the scenario's; what a fault adds is not saved with it.</summary>
    protected override void LoadOwn(JsonObject state) => Apply(IsActing);

    private static ClockSkewFault Make(ParameterSet parameters, ComponentContext context)
    {
        var offset = parameters.Duration("ahead") - parameters.Duration("behind");
        if (offset == TimeSpan.Zero)
            context.Mistakes.Add(new ParameterMistake("ahead", new("The clock is right.", "时钟没有偏差。"), new("Give 'ahead' or 'behind'.", "请写“ahead”或“behind”。")));
        return new ClockSkewFault(offset);
    }

    private void Apply(bool on)
    {
        if (on == applied)
            return;
        applied = on;
        clock!.Skew += on ? offset : -offset;
    }
}
