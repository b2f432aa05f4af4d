using System.Security.Cryptography;
using System.Text;
using TrainingLab.Simulation.Parameters;
using TrainingLab.Simulation.Plants;
using TrainingLab.Simulation.Processes;
using TrainingLab.Simulation.Processes.Packaging;
using TrainingLab.Simulation.Time;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Tests.Simulation.Plants;

/// <summary>The whole bottling line with a device per process, on a clock of its own, and a hash over every change that any tag ever had.</summary>
internal sealed class BottlingLine
{
    public static readonly DateTimeOffset Epoch = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private readonly IncrementalHash history = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<ParameterMistake> mistakes = [];

    public BottlingLine(
        ulong seed,
        bool usePool = false,
        TimeSpan elapsed = default,
        bool extraDevice = false,
        bool keepHistory = false,
        Dictionary<string, object?>? filler = null,
        Dictionary<string, object?>? labeller = null,
        bool isVisionFitted = true)
    {
        Scheduler = new SerialScheduler(exception => Assert.Fail(exception.ToString()), usePool);
        Clock = new PlantClock(Scheduler, Epoch, elapsed);
        Plant = new Plant(Clock, seed);
        Plant.AddProcess("hall", "hall-climate", null, mistakes);
        if (extraDevice)
            Plant.AddProcess("office", "hall-climate", null, mistakes);
        Plant.AddProcess("filler", "filler", filler, mistakes);
        Plant.AddProcess("belt1", "conveyor", null, mistakes);
        Plant.AddProcess("capper", "capper", null, mistakes);
        Plant.AddProcess("belt2", "conveyor", null, mistakes);
        Plant.AddProcess("labeller", "labeller", labeller, mistakes);
        Plant.AddProcess("belt3", "conveyor", null, mistakes);
        Plant.AddProcess("meter", "energy-meter", new Dictionary<string, object?> { ["machines"] = new[] { "filler", "belt1", "capper", "belt2", "labeller", "belt3" } }, mistakes);
        string[] flow = ["filler", "belt1", "capper", "belt2", "labeller", "belt3"];
        for (var i = 1; i < flow.Length; i++)
            Plant.Connect(flow[i - 1], flow[i], mistakes);
        foreach (var process in Plant.Processes)
            AddDevice(process, keepHistory);
        if (isVisionFitted)
        {
            Plant.AddDevice(
                "vision",
                [
                    new(new("noise", TagKind.Double)) { Signal = "noise", SignalParameters = new Dictionary<string, object?> { ["deviation"] = 1.0 } },
                    new(new("good", TagKind.Double)) { Signal = "expression", SignalParameters = new Dictionary<string, object?> { ["formula"] = "filler.ProdProcessedCount - filler.ProdDefectiveCount" } },
                    new(new("note", TagKind.Text) { Writable = true }) { Initial = "hello" },
                ],
                mistakes);
        }

        Plant.Wire(mistakes);
        Assert.Empty(mistakes);
    }

    public SerialScheduler Scheduler { get; }

    public PlantClock Clock { get; }

    public Plant Plant { get; }

    /// <summary>Hash of all changes so far: device, tag, value, quality, time.</summary>
    public string History => Convert.ToHexString(history.GetCurrentHash());

    public string State => Plant.Save().ToJsonString();

    /// <summary>State and history as they were at the instant given to <see cref="CaptureAt"/>.</summary>
    public string? AtEnd { get; private set; }

    /// <summary>Remembers how things are at an instant, after its tick.</summary>
    public void CaptureAt(TimeSpan instant) =>
        Clock.CreateTimer(_ => AtEnd = State + History, null, instant - Clock.Elapsed, Timeout.InfiniteTimeSpan);

    public BottlingMachine Machine(string name) => (BottlingMachine)Plant.FindProcess(name)!;

    public TagTable Tags(string device) => Plant.FindDevice(device)!.Tags;

    public double Number(string device, string tag) => Tags(device)[tag].Observed.Value.AsDouble;

    public ProcessVariable Variable(string process, string name) => Plant.FindProcess(process)!.Variables.Single(variable => variable.Name == name);

    /// <summary>Makes history without a clock: quick, for what does not depend on pacing.</summary>
    public void Simulate(double seconds, double step = 1) => Plant.SimulateHistory(TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(step));

    private void AddDevice(IProcess process, bool keepHistory)
    {
        var device = Plant.AddDevice(
            process.Name,
            [.. process.Variables.Select(variable => new TagWiring(new TagDefinition(variable.Name, variable.Definition.Kind) { Writable = variable.IsInput }) { Process = process.Name })],
            mistakes);
        if (!keepHistory)
            return;
        device?.Tags.Changed += tag =>
        {
            var sample = tag.Observed;
            history.AppendData(Encoding.UTF8.GetBytes($"{device.Name} {tag.Name} {sample.Value.Save()} {sample.Quality} {sample.At.Ticks}\n"));
        };
    }
}
