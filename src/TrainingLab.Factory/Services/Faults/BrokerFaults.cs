using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Factory.Devices;
using TrainingLab.Factory.Devices.Faults;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Simulation.Chance;
using TrainingLab.Simulation.Kinds;
using TrainingLab.Simulation.Parameters;

namespace TrainingLab.Factory.Services.Faults;

/// <summary>The faults of a plant's broker, and what they do together.</summary>
internal sealed class BrokerFaults
{
    private readonly MqttBroker broker;
    private readonly FaultSchedule<BrokerFault> schedule;

    /// <param name="definition">Declares them.</param>
    /// <param name="timed">When they come by themselves.</param>
    /// <param name="broker">The broker.</param>
    /// <param name="context">The factory.</param>
    public BrokerFaults(BrokerDefinition definition, IReadOnlyList<TimedFault> timed, MqttBroker broker, FactoryContext context)
    {
        this.broker = broker;
        schedule = new FaultSchedule<BrokerFault>(definition.Id, context, Heed);
        foreach (var declared in definition.Faults)
        {
            if (Create(declared, new SeededChance(context.Seed, $"broker/{definition.Id}/fault/{declared.Id}"), []) is not { } fault)
                continue;
            fault.Attach(broker);
            schedule.Add(fault, declared.Id, timed);
        }
    }

    /// <summary>Whether a fault acts now; null where it is none of these.</summary>
    public bool? IsActing(string id) => schedule.IsActing(id);

    /// <summary>Switches a fault by hand; null leaves it to the schedule again.</summary>
    /// <exception cref="FormatException">There is none of that name.</exception>
    public void Switch(string id, bool? on)
    {
        if (!schedule.Switch(id, on))
            throw new FormatException($"The broker has no fault {id}.");
    }

    /// <summary>Begins to follow the schedule.</summary>
    public void Start() => schedule.Start();

    /// <summary>The state of each fault, and how it is switched; null without any.</summary>
    public JsonNode? Save() => schedule.Save();

    /// <summary>Takes over a saved state; before <see cref="Start"/>, or in between.</summary>
    public void Load(JsonObject state)
    {
        schedule.Load(state);
        Heed();
    }

    /// <summary>Makes the fault that a scenario declares; null where the mistakes say what is wrong.</summary>
    internal static BrokerFault? Create(BrokerFaultDeclaration declared, SeededChance chance, ICollection<ParameterMistake> mistakes) => BrokerFaultRegistry.Kinds.Create(
        declared.KindName,
        PlantBuilder.ValuesOf(declared.Parameters, BrokerFaultRegistry.Kinds.Find(declared.KindName)?.Parameters ?? []),
        new ComponentContext(declared.Id, chance, default) { Mistakes = mistakes });

    /// <summary>Other faults act than before. A sound broker asks none.</summary>
    private void Heed()
    {
        var refuses = false;
        foreach (var fault in schedule.Acting)
            refuses |= fault.Refuses;
        broker.Faults.RefuseConnects = refuses;
        broker.Faults.Loses = schedule.AnyActing ? Loses : null;
        broker.Faults.MessageDelay = schedule.AnyActing ? MessageDelay : null;
        broker.Faults.AnswerDelay = schedule.AnyActing ? AnswerDelay : null;
        broker.Faults.LosesAcknowledgement = schedule.AnyActing ? LosesAcknowledgement : null;
    }

    private bool Loses(MqttMessage message)
    {
        var loses = false;
        foreach (var fault in schedule.Acting)
            loses |= fault.Loses(message);
        return loses;
    }

    private TimeSpan MessageDelay(MqttMessage message)
    {
        var delay = TimeSpan.Zero;
        foreach (var fault in schedule.Acting)
            delay += fault.MessageDelay(message);
        return delay;
    }

    private TimeSpan AnswerDelay()
    {
        var delay = TimeSpan.Zero;
        foreach (var fault in schedule.Acting)
            delay += fault.AnswerDelay();
        return delay;
    }

    private bool LosesAcknowledgement(MqttClientIdentity client)
    {
        var loses = false;
        foreach (var fault in schedule.Acting)
            loses |= fault.LosesAcknowledgement(client);
        return loses;
    }
}
