using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.OpcUa;
using TrainingLab.Simulation.Chance;
using TrainingLab.Simulation.Kinds;
using TrainingLab.Simulation.Parameters;

namespace TrainingLab.Factory.Devices.Faults;

/// <summary>The faults of a machine's OPC UA server, and what they do together.</summary>
internal sealed class OpcUaFaults
{
    private readonly FaultSchedule<OpcUaFault> schedule;

    /// <param name="profile">Declares them.</param>
    /// <param name="device">The machine.</param>
    /// <param name="timed">When they come by themselves.</param>
    /// <param name="face">The server.</param>
    /// <param name="context">The factory.</param>
    public OpcUaFaults(DeviceProfile profile, string device, IReadOnlyList<TimedFault> timed, OpcUaFace face, FactoryContext context)
    {
        schedule = new FaultSchedule<OpcUaFault>(device, context, face.Heed);
        foreach (var declared in profile.Faults)
        {
            if (Create(declared, new SeededChance(context.Seed, $"device/{device}/opcua/fault/{declared.Id}"), []) is not { } fault)
                continue;
            fault.Tag = declared.Tag;
            fault.Attach(face);
            schedule.Add(fault, declared.Id, timed);
        }
    }

    /// <summary>Whether there are any.</summary>
    public bool Any => schedule.Any;

    /// <summary>Whether one of them acts now.</summary>
    public bool AnyActing => schedule.AnyActing;

    /// <summary>Whether an answer to a Publish request gets lost.</summary>
    public bool LosesPublish()
    {
        var loses = false;
        foreach (var fault in schedule.Acting)
            loses |= fault.LosesPublish();
        return loses;
    }

    /// <summary>How long an answer waits.</summary>
    public TimeSpan NextDelay()
    {
        var delay = TimeSpan.Zero;
        foreach (var fault in schedule.Acting)
            delay += fault.NextDelay();
        return delay;
    }

    /// <summary>What clients see of a tag.</summary>
    public DataValue Distort(string tag, DataValue value)
    {
        foreach (var fault in schedule.Acting)
            value = fault.Distort(tag, value);
        return value;
    }

    /// <summary>The order of the namespaces after a restart.</summary>
    public IReadOnlyList<string> OrderAtRestart(IReadOnlyList<string> order)
    {
        foreach (var fault in schedule.Acting)
            order = fault.OrderAtRestart(order);
        return order;
    }

    /// <summary>Whether a fault acts now; null where it is none of these.</summary>
    public bool? IsActing(string id) => schedule.IsActing(id);

    /// <summary>Switches a fault by hand; null leaves it to the schedule again. False where it is none of these.</summary>
    public bool Switch(string id, bool? on) => schedule.Switch(id, on);

    /// <summary>Begins to follow the schedule.</summary>
    public void Start() => schedule.Start();

    /// <summary>The state of each fault, and how it is switched.</summary>
    public JsonNode? Save() => schedule.Save();

    /// <summary>Takes over a saved state; before <see cref="Start"/>, or in between.</summary>
    public void Load(JsonObject state) => schedule.Load(state);

    /// <summary>Makes the fault that a profile declares; null where it is none of a server, or where the mistakes say what is wrong.</summary>
    internal static OpcUaFault? Create(FaultDeclaration declared, SeededChance chance, ICollection<ParameterMistake> mistakes) =>
        OpcUaFaultRegistry.Find(declared.KindName) is not { } kind
            ? null
            : OpcUaFaultRegistry.Create(kind.Name, PlantBuilder.ValuesOf(declared.Parameters, kind.Parameters), new ComponentContext(declared.Id, chance, default) { Mistakes = mistakes });
}
