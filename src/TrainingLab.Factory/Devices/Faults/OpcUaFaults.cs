using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.OpcUa;
using TrainingLab.Simulation.Chance;
using TrainingLab.Simulation.Kinds;
using TrainingLab.Simulation.Parameters;

namespace TrainingLab.Factory.Devices.Faults;

/// <summary>The faults of a machine's OPC UA server: begins and ends them by the scenario's schedule in plant time, or as somebody switches them by hand.</summary>
internal sealed class OpcUaFaults
{
    private readonly FactoryContext context;
    private readonly OpcUaFace face;
    private readonly List<Entry> entries = [];
    private ITimer? timer;

    /// <param name="profile">Declares them.</param>
    /// <param name="device">The machine.</param>
    /// <param name="schedule">When they come by themselves.</param>
    /// <param name="face">The server.</param>
    /// <param name="context">The factory.</param>
    public OpcUaFaults(DeviceProfile profile, string device, IEnumerable<TimedFault> schedule, OpcUaFace face, FactoryContext context)
    {
        this.context = context;
        this.face = face;
        foreach (var declared in profile.Faults)
        {
            if (Create(declared, new SeededChance(context.Seed, $"device/{device}/opcua/fault/{declared.Id}"), []) is not { } fault)
                continue;
            fault.Id = declared.Id;
            fault.Tag = declared.Tag;
            fault.Attach(face);
            var windows = schedule.Where(t => t.Enabled && t.Device == device && t.Fault == declared.Id).Select(static t => new Window(t.At, t.At + t.Lasts));
            entries.Add(new Entry(fault, [.. windows]));
        }
    }

    /// <summary>Whether there are any.</summary>
    public bool Any => entries.Count > 0;

    /// <summary>Whether one of them acts now.</summary>
    public bool AnyActing => entries.Exists(static e => e.Fault.IsActing);

    /// <summary>Whether an answer to a Publish request gets lost.</summary>
    public bool LosesPublish()
    {
        var loses = false;
        foreach (var entry in entries)
            loses |= entry.Fault.IsActing && entry.Fault.LosesPublish();
        return loses;
    }

    /// <summary>How long an answer waits.</summary>
    public TimeSpan NextDelay()
    {
        var delay = TimeSpan.Zero;
        foreach (var entry in entries)
            delay += entry.Fault.IsActing ? entry.Fault.NextDelay() : TimeSpan.Zero;
        return delay;
    }

    /// <summary>What clients see of a tag.</summary>
    public DataValue Distort(string tag, DataValue value)
    {
        foreach (var entry in entries)
        {
            if (entry.Fault.IsActing)
                value = entry.Fault.Distort(tag, value);
        }

        return value;
    }

    /// <summary>The order of the namespaces after a restart.</summary>
    public IReadOnlyList<string> OrderAtRestart(IReadOnlyList<string> order) =>
        entries.Where(static e => e.Fault.IsActing).Aggregate(order, static (current, e) => e.Fault.OrderAtRestart(current));

    /// <summary>Whether a fault acts now; null where it is none of these.</summary>
    public bool? IsActing(string id) => Find(id)?.Fault.IsActing;

    /// <summary>Switches a fault by hand.</summary>
    /// <param name="id">Which.</param>
    /// <param name="on">On or off whatever the schedule says; null leaves it to the schedule again.</param>
    /// <returns>False where it is none of these.</returns>
    public bool Switch(string id, bool? on)
    {
        if (Find(id) is not { } entry)
            return false;
        entry.Switched = on;
        Look();
        return true;
    }

    /// <summary>Begins to follow the schedule.</summary>
    public void Start()
    {
        if (!Any)
            return;
        timer = context.Clock.CreateTimer(_ => Look(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Look();
        face.Heed();
    }

    /// <summary>The state of each fault, and how it is switched.</summary>
    public JsonNode? Save() => !Any ? null : new JsonObject(entries.Select(static e =>
    {
        var state = e.Fault.Save();
        if (e.Switched is { } on)
            state["switched"] = on;
        return KeyValuePair.Create(e.Fault.Id, (JsonNode?)state);
    }));

    /// <summary>Takes over a saved state; before <see cref="Start"/>, or in between.</summary>
    public void Load(JsonObject state)
    {
        foreach (var (id, saved) in state)
        {
            if (Find(id) is not { } entry || saved is not JsonObject own)
                continue;
            entry.Switched = (bool?)own["switched"];
            entry.Fault.Load(own);
        }
    }

    /// <summary>Makes the fault that a profile declares; null where it is none of a server, or where the mistakes say what is wrong.</summary>
    internal static OpcUaFault? Create(FaultDeclaration declared, SeededChance chance, ICollection<ParameterMistake> mistakes)
    {
        if (OpcUaFaultRegistry.Find(declared.KindName) is not { } kind)
            return null;
        var given = declared.Parameters.ToDictionary(static p => p.Key, p => (object?)PlantBuilder.ValueOf(p.Value, kind.Parameters.FirstOrDefault(k => k.Name == p.Key)), StringComparer.Ordinal);
        return OpcUaFaultRegistry.Create(kind.Name, given, new ComponentContext(declared.Id, chance, default) { Mistakes = mistakes });
    }

    private Entry? Find(string id) => entries.Find(e => e.Fault.Id == id);

    /// <summary>Begins and ends what has to at this instant, and waits for the next one.</summary>
    private void Look()
    {
        var now = context.Clock.Elapsed;
        var changed = false;
        foreach (var entry in entries)
        {
            var fault = entry.Fault;
            if (entry.IsWanted(now) != fault.IsActing)
            {
                changed = true;
                if (fault.IsActing)
                    fault.End();
                else
                    fault.Begin(now);
            }
            else if (fault.IsActing && fault.Due <= now)
            {
                fault.Act(now);
            }
        }

        if (changed)
            face.Heed();
        var next = entries.SelectMany(e => e.Instants(now)).DefaultIfEmpty(TimeSpan.MaxValue).Min();
        if (next < TimeSpan.MaxValue)
            timer?.Change(next - now, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A time in which a fault comes by itself, in plant time since the epoch; the end is not included, null is for good.</summary>
    private readonly record struct Window(TimeSpan From, TimeSpan? Until);

    private sealed class Entry(OpcUaFault fault, IReadOnlyList<Window> windows)
    {
        public OpcUaFault Fault => fault;

        public bool? Switched { get; set; }

        public bool IsWanted(TimeSpan now) => Switched ?? windows.Any(w => w.From <= now && !(w.Until <= now));

        /// <summary>The instants to come at which something begins, ends or is due.</summary>
        public IEnumerable<TimeSpan> Instants(TimeSpan now)
        {
            if (fault.IsActing && fault.Due is { } due)
                yield return due > now ? due : now;
            if (Switched is not null)
                yield break;
            foreach (var (from, until) in windows)
            {
                if (from > now)
                    yield return from;
                if (until is { } end && end > now)
                    yield return end;
            }
        }
    }
}
