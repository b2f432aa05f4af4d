using System.Diagnostics;
using System.Globalization;
using TrainingLab.Tests.House;

namespace TrainingLab.InteropTests.Mqtt;

/// <summary>mosquitto with a configuration of its own and a file that keeps sessions, so that it can be killed and started again.</summary>
internal sealed class MosquittoServer : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mosquitto");
    private ForeignProgram? program;

    /// <summary>The port of the plain listener; the next one is free for another listener.</summary>
    public int Port { get; } = TestPorts.Take(2);

    /// <summary>Starts it.</summary>
    /// <param name="more">Further lines of its configuration.</param>
    public async Task StartAsync(string more = "")
    {
        program?.Dispose();
        var file = Path.Combine(folder.FullName, "mosquitto.conf");
        await File.WriteAllTextAsync(file, string.Create(CultureInfo.InvariantCulture, $"""
            listener {Port} 127.0.0.1
            allow_anonymous true
            user root
            persistence true
            persistence_location {folder.FullName}/
            max_queued_messages 0
            log_type all
            {more}

            """), TestContext.Current.CancellationToken);
        program = ForeignProgram.Start("mosquitto", "-c", file);
        await program.ReadUntilAsync("running");
    }

    /// <summary>Ends it with SIGTERM: its clients lose their connections. SIGKILL would have it forget what it has not yet written, and then no bridge can keep a message from coming twice.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", program!.ProcessId.ToString(CultureInfo.InvariantCulture)]);
        await program.WaitAsync();
    }

    /// <summary>Reads what it prints until a line contains a text.</summary>
    public Task ReadUntilAsync(string text) => program!.ReadUntilAsync(text);

    /// <summary>The next line that it prints.</summary>
    public Task<string> ReadLineAsync() => program!.ReadLineAsync();

    public void Dispose()
    {
        program?.Dispose();
        folder.Delete(recursive: true);
    }
}
