using System.Text.Json.Nodes;
using TrainingLab.Simulation.Chance;
using TrainingLab.Simulation.Expressions;
using TrainingLab.Simulation.Kinds;
using TrainingLab.Simulation.Parameters;
using TrainingLab.Simulation.Processes;
using TrainingLab.Simulation.Signals;
using TrainingLab.Simulation.Time;

namespace TrainingLab.Simulation.Plants;

/// <summary>
/// The physics of one factory: processes, the material that flows between them, and the devices that show them. Each tick it steps the processes in the order in
/// which they were added, then the devices. Its trajectory is a function of the seed and of the inputs by tick alone.
/// </summary>
/// <remarks>
/// Build it (processes, connections, devices, then <see cref="Wire"/>), optionally simulate history, then <see cref="Start"/>. All members are used on the
/// factory's turn, or before its clock first moves.
/// </remarks>
public sealed class Plant
{
    private readonly PlantClock clock;
    private readonly ulong seed;
    private readonly List<IProcess> processes = [];
    private readonly List<PlantDevice> devices = [];
    private readonly Dictionary<string, IProcess> processesByName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PlantDevice> devicesByName = new(StringComparer.Ordinal);
    private ITimer? timer;
    private TimeSpan? history;
    private TimeSpan lastStep;
    private long steps;

    /// <summary>An empty plant.</summary>
    /// <param name="clock">Its time.</param>
    /// <param name="seed">The seed of the run; each component draws from a stream of its own under it.</param>
    /// <param name="tick">Time between steps, more than zero and at most a second. Default: 100 ms.</param>
    public Plant(PlantClock clock, ulong seed, TimeSpan? tick = null)
    {
        ArgumentNullException.ThrowIfNull(clock);
        Tick = tick ?? TimeSpan.FromMilliseconds(100);
        if (Tick <= TimeSpan.Zero || Tick > LongestStep)
            throw new ArgumentOutOfRangeException(nameof(tick), Tick, "A tick lasts more than zero and at most a second.");
        this.clock = clock;
        this.seed = seed;
        lastStep = clock.Elapsed;
        Scope = new PlantScope(this, truth: false);
        Truth = new PlantScope(this, truth: true);
    }

    /// <summary>Raised after each step, on the factory's turn.</summary>
    public event Action<ProcessStep>? Stepped;

    /// <summary>The longest step for which processes are right.</summary>
    public static TimeSpan LongestStep { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Time between steps.</summary>
    public TimeSpan Tick { get; }

    /// <summary>Steps made, those of history included.</summary>
    public long Steps => steps;

    /// <summary>Plant time since the epoch; negative while history is simulated.</summary>
    public TimeSpan Now => history ?? clock.Elapsed;

    /// <summary>The processes, in the order in which they are stepped.</summary>
    public IReadOnlyList<IProcess> Processes => processes;

    /// <summary>The devices, in the order in which they are stepped.</summary>
    public IReadOnlyList<PlantDevice> Devices => devices;

    /// <summary>The observed tags of all devices, by device.tag.</summary>
    public IExpressionScope Scope { get; }

    /// <summary>The same as they truly are, before faults: for graders, never for a student.</summary>
    public IExpressionScope Truth { get; }

    /// <summary>Where the units of the material flow are.</summary>
    public MaterialBalance Material
    {
        get
        {
            var machines = processes.OfType<IMaterialMachine>().ToList();
            var buffers = processes.OfType<IMaterialBuffer>().ToList();
            return new MaterialBalance(
                machines.Where(machine => machine.Infeed is null).Sum(machine => machine.Taken),
                buffers.Sum(buffer => buffer.Held),
                machines.Sum(machine => machine.Rejected),
                machines.Where(machine => machine.Outfeed is null).Sum(machine => machine.Taken - machine.Rejected)
                    + buffers.Sum(buffer => buffer.Delivered));
        }
    }

    /// <summary>Adds a process.</summary>
    /// <param name="name">Its name, unique in the plant.</param>
    /// <param name="kind">A registered kind, such as <c>filler</c>.</param>
    /// <param name="parameters">What the kind takes; null: all defaults.</param>
    /// <param name="mistakes">Receives everything that is wrong.</param>
    /// <returns>The process, or null when there was a mistake.</returns>
    public IProcess? AddProcess(
        string name,
        string kind,
        IReadOnlyDictionary<string, object?>? parameters,
        ICollection<ParameterMistake> mistakes)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(mistakes);
        if (processesByName.ContainsKey(name))
        {
            mistakes.Add(Twice(name));
            return null;
        }
        var process = ProcessRegistry.Standard.Create(kind, parameters, Context($"process/{name}", name, mistakes));
        if (process is null)
            return null;
        processes.Add(process);
        processesByName.Add(name, process);
        return process;
    }

    /// <summary>Lets material flow from one process to the next; one of the two is a machine, the other a buffer such as a conveyor.</summary>
    public void Connect(string upstream, string downstream, ICollection<ParameterMistake> mistakes)
    {
        ArgumentNullException.ThrowIfNull(mistakes);
        var from = FindProcess(upstream);
        var to = FindProcess(downstream);
        if (from is IMaterialMachine { Outfeed: null } giver && to is IMaterialBuffer into)
        {
            giver.Outfeed = into;
        }
        else if (from is IMaterialBuffer { HasConsumer: false } outOf && to is IMaterialMachine { Infeed: null } taker)
        {
            taker.Infeed = outOf;
            outOf.HasConsumer = true;
        }
        else
        {
            mistakes.Add(new ParameterMistake(
                "flow",
                new($"Material cannot flow from '{upstream}' to '{downstream}'.", $"物料无法从“{upstream}”流向“{downstream}”。"),
                new("Connect each machine to a conveyor and each conveyor to one machine.", "请让机器与输送带交替连接，且每端只接一个。")));
        }
    }

    /// <summary>Adds a device.</summary>
    /// <returns>The device, or null when there was a mistake.</returns>
    public PlantDevice? AddDevice(string name, IReadOnlyList<TagWiring> tags, ICollection<ParameterMistake> mistakes)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(tags);
        ArgumentNullException.ThrowIfNull(mistakes);
        if (devicesByName.ContainsKey(name))
        {
            mistakes.Add(Twice(name));
            return null;
        }
        if (PlantDevice.Create(this, name, tags, mistakes) is not { } device)
            return null;
        devices.Add(device);
        devicesByName.Add(name, device);
        return device;
    }

    /// <summary>Lets processes that look at others find them. Once, after all have been added.</summary>
    public void Wire(ICollection<ParameterMistake> mistakes)
    {
        ArgumentNullException.ThrowIfNull(mistakes);
        foreach (var process in processes.OfType<IWiredProcess>())
            process.Wire(FindProcess, mistakes);
    }

    /// <summary>The process of that name, or null.</summary>
    public IProcess? FindProcess(string name) => processesByName.GetValueOrDefault(name);

    /// <summary>The device of that name, or null.</summary>
    public PlantDevice? FindDevice(string name) => devicesByName.GetValueOrDefault(name);

    /// <summary>Simulates the time before the start, from <paramref name="length"/> before the epoch up to it, at once on the calling thread.</summary>
    /// <param name="length">How long; a multiple of <paramref name="step"/>.</param>
    /// <param name="step">Length of a step, at most a second.</param>
    /// <param name="afterStep">Called after each step with the (negative) plant time; null: nobody looks.</param>
    /// <param name="isShown">Whether somebody looks at a device's tags after the step to that plant time; null: always. Others are not brought up to date,
    /// which saves most of the time, until the last step. In a plant with signals or faults, which must see every step, all are always.</param>
    /// <exception cref="InvalidOperationException">The plant has already begun.</exception>
    public void SimulateHistory(TimeSpan length, TimeSpan step, Action<TimeSpan>? afterStep = null, Func<PlantDevice, TimeSpan, bool>? isShown = null)
    {
        if (step <= TimeSpan.Zero || step > LongestStep || length.Ticks % step.Ticks != 0)
            throw new ArgumentOutOfRangeException(nameof(step), step, "A step lasts at most a second, and history is a whole number of steps.");
        if (timer is not null || clock.Elapsed != TimeSpan.Zero)
            throw new InvalidOperationException("History comes before the start.");
        if (devices.Exists(device => device.HasMemory))
            isShown = null;
        for (var now = -length + step; now <= TimeSpan.Zero; now += step)
        {
            history = now;
            Step(step, now < TimeSpan.Zero ? isShown : null);
            afterStep?.Invoke(now);
        }
        history = null;
    }

    /// <summary>Starts to tick. After a load, the next tick comes when it was due.</summary>
    public void Start()
    {
        if (timer is not null)
            throw new InvalidOperationException("The plant ticks already.");
        var due = lastStep + Tick - clock.Elapsed;
        timer = clock.CreateTimer(_ => OnTick(), state: null, due > TimeSpan.Zero ? due : TimeSpan.Zero, Tick);
    }

    /// <summary>Stops to tick. Time goes on, the processes stand.</summary>
    public void Stop()
    {
        timer?.Dispose();
        timer = null;
    }

    /// <summary>All that the plant must remember; same seed and same inputs give the same text.</summary>
    public JsonNode Save()
    {
        var savedProcesses = new JsonObject();
        foreach (var process in processes)
            savedProcesses[process.Name] = process.Save();
        var savedDevices = new JsonObject();
        foreach (var device in devices)
            savedDevices[device.Name] = device.Save();
        return new JsonObject
        {
            ["v"] = 1,
            ["lastStep"] = lastStep.Ticks,
            ["steps"] = steps,
            ["processes"] = savedProcesses,
            ["devices"] = savedDevices,
        };
    }

    /// <summary>Reads back what <see cref="Save"/> gave, into a plant built in the same way on a clock set to the same instant. Before <see cref="Start"/>.</summary>
    public void Load(JsonNode state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if ((int?)state["v"] != 1)
            throw new NotSupportedException($"Version {state["v"]} of a plant's state is not known.");
        lastStep = new TimeSpan((long)state["lastStep"]!);
        steps = (long)state["steps"]!;
        foreach (var (name, saved) in state["processes"]!.AsObject())
            FindProcess(name)?.Load(saved!);
        foreach (var (name, saved) in state["devices"]!.AsObject())
            FindDevice(name)?.Load(saved!);
    }

    /// <summary>What a component at this path is made with.</summary>
    internal ComponentContext Context(string path, string name, ICollection<ParameterMistake> mistakes) =>
        new(name, new SeededChance(seed, path), clock.Epoch) { Mistakes = mistakes };

    private void OnTick() => Step(clock.Elapsed - lastStep is var delta && delta > LongestStep ? Tick : delta);

    private void Step(TimeSpan delta, Func<PlantDevice, TimeSpan, bool>? isShown = null)
    {
        var now = Now;
        lastStep = now;
        steps++;
        var step = new ProcessStep(now, delta, clock.Epoch + now);
        foreach (var process in processes)
            process.Step(step);
        foreach (var device in devices)
        {
            if (isShown is null || isShown(device, now))
                device.Step(new SignalStep(now, delta, device.Scope));
        }

        Stepped?.Invoke(step);
    }

    private static ParameterMistake Twice(string name) => new(
        "name",
        new($"There are two named '{name}'.", $"名称“{name}”重复。"),
        new("Rename one.", "请重命名其中一个。"));
}
