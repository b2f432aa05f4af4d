using System.Globalization;
using TrainingLab.Cli.Running;
using TrainingLab.Factory;
using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Factory.Ports;
using TrainingLab.Labs.Attempts;

namespace TrainingLab.Cli.Readiness;

/// <summary>What one factory takes, found by running some.</summary>
/// <param name="Scenario">The largest scenario.</param>
/// <param name="Ports">TCP ports of one of its factories.</param>
/// <param name="Bytes">Memory of one of its factories.</param>
internal sealed record FactorySize(string Scenario, int Ports, long Bytes)
{
    /// <summary>Factories that are run to find it out; the first is not counted, it warms the program up.</summary>
    private const int Sample = 5;

    private static readonly TimeSpan PlantTime = TimeSpan.FromSeconds(30);

    /// <summary>Runs factories of the scenario with the most machines.</summary>
    /// <exception cref="CannotRunException">There is no scenario that can run.</exception>
    public static async Task<FactorySize> MeasureAsync(string contentRoot)
    {
        await using var environment = await LabsEnvironment.StartAsync(contentRoot, dataFolder: null);
        var catalog = environment.Catalog;
        var largest = catalog.Scenarios.Values
            .Select(file => ScenarioReader.Read(file, catalog.Devices, new OrderedDictionary<string, ScalarValue>(), new Mistakes()))
            .OfType<ScenarioModel>()
            .Where(m => m.Definition.Devices.All(d => m.Profiles.ContainsKey(d.Profile)))
            .MaxBy(m => m.Definition.Devices.Count) ?? throw new CannotRunException(Language.Say("there is no scenario that can run; lab validate says why", "没有可以运行的场景；原因见 lab validate"));
        var factories = new List<RunningFactory>();
        try
        {
            await RunOneMoreAsync();
            var before = GC.GetTotalMemory(forceFullCollection: true);
            while (factories.Count < Sample)
                await RunOneMoreAsync();
            var after = GC.GetTotalMemory(forceFullCollection: true);
            return new FactorySize(largest.Definition.Id, PortBlock.Size(factories[0]), Math.Max(0, after - before) / (Sample - 1));
        }
        finally
        {
            foreach (var factory in factories)
                await factory.DisposeAsync();
        }

        async Task RunOneMoreAsync()
        {
            var factory = await LocalSimulation.StartAsync(environment, largest, factories.Count + 1, new SimulationObserver());
            factories.Add(factory);
            await factory.Pacing.RunAsync(PlantTime);
        }
    }

    /// <summary>Whether this machine has the memory for a class.</summary>
    public Finding Check(int students)
    {
        // The collector keeps about as much again as is in use, and each student brings connections, a capture of at most 4 MiB, pages and evidence.
        const int margin = 3;
        const long perStudent = 8L << 20;
        const long program = 300L << 20;
        var needed = program + (students * ((Bytes * margin) + perStudent));
        var available = Available();
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{MachineChecks.Gigabytes(available)} available; {students} students need about {MachineChecks.Gigabytes(needed)} (one {Scenario} takes {Bytes / (double)(1 << 20):0.0} MiB, measured just now)");
        return available < needed
            ? new Finding("memory", FindingState.Bad, text, "close other programs, or split the class")
            : new Finding("memory", FindingState.Good, text);
    }

    /// <summary>Memory that a program can still have: the container's limit, or what the system says is available.</summary>
    private static long Available()
    {
        var limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        const string file = "/proc/meminfo";
        if (File.Exists(file) && File.ReadLines(file).FirstOrDefault(l => l.StartsWith("MemAvailable:", StringComparison.Ordinal)) is { } line
            && long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], NumberStyles.None, CultureInfo.InvariantCulture, out var kilobytes))
            return Math.Min(limit, kilobytes * 1024);
        return Math.Max(0, limit - Environment.WorkingSet);
    }
}
