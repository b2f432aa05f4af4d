using System.Diagnostics;
using System.Globalization;
using TrainingLab.Tests.House;

namespace TrainingLab.InteropTests.Mqtt;

/// <summary><c>lab broker</c> in a process of its own, with a configuration and a folder that outlive it.</summary>
internal sealed class LabBroker : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("lab-broker");
    private readonly List<string> passed = [];
    private ForeignProgram? program;

    /// <summary>Where the configuration is, and the files that it names.</summary>
    public string Folder => folder.FullName;

    /// <summary>The port of the plain listener.</summary>
    public int Port { get; } = TestPorts.Take(4);

    /// <summary>Its file that says everything.</summary>
    public string ConfigurationPath => Path.Combine(Folder, "broker.yaml");

    /// <summary>Writes the configuration: a plain listener for anybody, and what a test adds.</summary>
    public void Configure(string more) => File.WriteAllText(ConfigurationPath, more.Contains("listeners:", StringComparison.Ordinal)
        ? more
        : string.Create(CultureInfo.InvariantCulture, $"listeners: [{{ port: {Port} }}]\nanonymous: true\n{more}\n"));

    /// <summary>Starts it, or starts it again after it was killed.</summary>
    public async Task StartAsync()
    {
        program?.Dispose();
        passed.Clear();
        string[] command = ["dotnet", Program(), "broker", "--config", ConfigurationPath];
        // Tests that run under nohup ignore SIGHUP, and so would what they start.
        program = OperatingSystem.IsLinux() ? ForeignProgram.Start("env", ["--default-signal=HUP", .. command]) : ForeignProgram.Start(command[0], command[1..]);
        await ReadUntilAsync("listening on");
    }

    /// <summary>Reads what it prints until a line contains a text; lines that were passed over on the way to another one count, once.</summary>
    public async Task ReadUntilAsync(string text)
    {
        var before = passed.FindIndex(l => l.Contains(text, StringComparison.Ordinal));
        if (before >= 0)
        {
            passed.RemoveAt(before);
            return;
        }
        while (await program!.ReadLineAsync() is var line && !line.Contains(text, StringComparison.Ordinal)) passed.Add(line);
    }

    /// <summary>Writes another configuration, asks for it with SIGHUP, and waits until it is in force.</summary>
    public async Task ReloadAsync(string more)
    {
        Configure(more);
        await SignalAsync("HUP");
        await ReadUntilAsync("configuration read again");
    }

    /// <summary>Kills it as a power cut would.</summary>
    public Task KillAsync() => program!.KillAsync();

    /// <summary>Sends it a signal, such as <c>HUP</c>.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", program!.ProcessId.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        program?.Dispose();
        folder.Delete(recursive: true);
    }

    /// <summary>The program that was built beside these tests: bin/{configuration}/{framework} of both.</summary>
    private static string Program()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var root = own;
        while (!File.Exists(Path.Combine(root!.FullName, "TrainingLab.sln"))) root = root.Parent;
        return Path.Combine(root.FullName, "src", "TrainingLab.Cli", "bin", own.Parent!.Name, own.Name, "lab.dll");
    }
}
