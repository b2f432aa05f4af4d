using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions.Scenarios;

namespace TrainingLab.Factory.Devices.Faults;

/// <summary>Begins and ends the faults of one machine or service, by the scenario's schedule in plant time or as somebody switches them by hand.</summary>
/// <param name="owner">The machine or service, as the schedule names it.</param>
/// <param name="context">The factory.</param>
/// <param name="changed">Called after one of them has begun or ended.</param>
internal sealed class FaultSchedule<TFault>(string owner, FactoryContext context, Action changed)
    where TFault : ScheduledFault
{
    private readonly List<Entry> entries = [];
    private readonly List<TFault> acting = [];
    private ITimer? timer;

    /// <summary>Whether there are any.</summary>
    public bool Any => entries.Count > 0;

    /// <summary>Those that act now, in the order added; until one begins or ends.</summary>
    public ReadOnlySpan<TFault> Acting => CollectionsMarshal.AsSpan(acting);

    /// <summary>Whether one of them acts now.</summary>
    public bool AnyActing => acting.Count > 0;

    /// <summary>Adds a fault with the times at which the scenario has it come.</summary>
    public void Add(TFault fault, string id, IEnumerable<TimedFault> schedule)
    {
        fault.Id = id;
        entries.Add(new Entry(fault, [.. schedule.Where(t => t.Enabled && t.Device == owner && t.Fault == id).Select(static t => new Window(t.At, t.At + t.Lasts))]));
    }

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
        changed();
    }

    /// <summary>The state of each fault, and how it is switched; null without any.</summary>
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

        NoteActing();
    }

    private void NoteActing()
    {
        acting.Clear();
        acting.AddRange(entries.Where(static e => e.Fault.IsActing).Select(static e => e.Fault));
    }

    private Entry? Find(string id) => entries.Find(e => e.Fault.Id == id);

    /// <summary>Begins and ends what has to at this instant, and waits for the next one.</summary>
    private void Look()
    {
        var now = context.Clock.Elapsed;
        var any = false;
        foreach (var entry in entries)
        {
            var fault = entry.Fault;
            if (entry.IsWanted(now) != fault.IsActing)
            {
                any = true;
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

        if (any)
        {
            NoteActing();
            changed();
        }

        var next = entries.SelectMany(e => e.Instants(now)).DefaultIfEmpty(TimeSpan.MaxValue).Min();
        if (next < TimeSpan.MaxValue)
            timer?.Change(next - now, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A time in which a fault comes by itself, in plant time since the epoch; the end is not included, null is for good.</summary>
    private readonly record struct Window(TimeSpan From, TimeSpan? Until);

    private sealed class Entry(TFault fault, IReadOnlyList<Window> windows)
    {
        public TFault Fault => fault;

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
