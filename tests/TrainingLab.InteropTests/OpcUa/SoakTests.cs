using System.Diagnostics;
using System.Globalization;
using System.Net;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.InteropTests.OpcUa;

/// <summary>
/// Clients come and go over sockets: memory, handles and what the server holds come back to where they were. Some seconds of it always; an hour, or as long as wanted, with
/// <c>TRAININGLAB_SOAK_MINUTES=60 TrainingLab.InteropTests -explicit only -method "*.SoakTests.As_long_as_wanted"</c>, whose readings are written to a file.
/// </summary>
public class SoakTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Thirty_rounds_leave_nothing_behind()
    {
        await using var loopback = await LoopbackServer.StartAsync(static () => FillerServer.Create());
        for (var round = 0; round < 30; round++)
        {
            await RoundAsync(loopback, round);
        }

        await AssertEmptyAsync(loopback);
    }

    [Fact(Explicit = true)]
    public async Task As_long_as_wanted()
    {
        var minutes = double.Parse(Environment.GetEnvironmentVariable("TRAININGLAB_SOAK_MINUTES") ?? "60", CultureInfo.InvariantCulture);
        var report = Environment.GetEnvironmentVariable("TRAININGLAB_SOAK_REPORT") ?? Path.Combine(Path.GetTempPath(), "opcua-soak.txt");
        await using var loopback = await LoopbackServer.StartAsync(static () => FillerServer.Create());
        for (var round = 0; round < 200; round++)
        {
            await RoundAsync(loopback, round);
        }

        await AssertEmptyAsync(loopback);
        var readings = new List<(long Heap, int Handles, int Threads)> { Read() };
        await File.WriteAllTextAsync(report, "minutes | rounds | heap, bytes | handles | threads\n", Cancellation);
        var watch = Stopwatch.StartNew();
        var rounds = 0;
        while (watch.Elapsed.TotalMinutes < minutes)
        {
            for (var end = watch.Elapsed + TimeSpan.FromMinutes(Math.Max(minutes / 20, 0.05)); watch.Elapsed < end; rounds++)
            {
                await RoundAsync(loopback, rounds);
            }

            await AssertEmptyAsync(loopback);
            readings.Add(Read());
            await File.AppendAllTextAsync(
                report, string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalMinutes:F1} | {rounds} | {readings[^1].Heap} | {readings[^1].Handles} | {readings[^1].Threads}\n"), Cancellation);
        }

        // Less than a tenth, and less than a few bytes a round: what a leak of one object would be.
        var (first, last) = (readings[0], readings[^1]);
        Assert.True(last.Heap - first.Heap < Math.Max(first.Heap / 10, 1_000_000), $"{first.Heap} bytes before, {last.Heap} after {rounds} rounds");
        Assert.True(last.Handles - first.Handles < 20, $"{first.Handles} handles before, {last.Handles} after");
    }

    /// <summary>Four visits at once: one that does everything and closes, one that leaves its subscription to time out, one that breaks off, one that never signs in.</summary>
    private static async Task RoundAsync(LoopbackServer loopback, int round)
    {
        var server = new IPEndPoint(IPAddress.Loopback, new Uri(loopback.Url).Port);
        await using (var client = await SerialClient.ConnectAsync(server, Cancellation))
        {
            await client.InvokeAsync(async c =>
            {
                await c.SubscribeAsync(50, [new WatchItem(FillerServer.Id("Filler.Setpoint"), round % 50), new WatchItem(new NodeId(0, 2258), 100 + round)], static _ => { }, Cancellation);
                await c.WriteAsync(FillerServer.Id("Filler.Setpoint"), 1.0 * (round % 100), Cancellation);
                Assert.Equal(StatusCodes.Good, (await c.ReadAsync(FillerServer.Id("Filler.Speed"), Cancellation)).Status.Code);
                return true;
            });
        }

        using var rude = new RawClient(server);
        // Its goodbye may be lost with the connection: then the session ends by its timeout.
        rude.OpenSession(timeoutInMs: 10_000);
        rude.Send(new CreateSubscriptionRequest(50, 30, 10, 0, PublishingEnabled: true, 0));
        rude.Send(new CreateMonitoredItemsRequest((uint)round, TimestampsToReturn.Both, [
            new MonitoredItemCreateRequest(new ReadValueId(FillerServer.Id("Filler.Speed"), AttributeId.Value, null, default), MonitoringMode.Reporting, new MonitoringParameters(1, 13.0 + round, null, 10, true)),
        ]));
        rude.Send(new CloseSessionRequest(DeleteSubscriptions: round % 2 == 0));
        using var idle = new RawClient(server);
        idle.Socket.Send("HELF"u8);
    }

    /// <summary>Waits for the last connections and subscriptions to end, which they do within seconds.</summary>
    private static async Task AssertEmptyAsync(LoopbackServer loopback)
    {
        var held = "";
        for (var i = 0; i < 300; i++)
        {
            await loopback.Context.InvokeAsync(() =>
            {
                var s = loopback.Server;
                held = $"{s.ConnectionCount} connections, {s.SessionCount} sessions, {s.Subscriptions.Count} subscriptions, {s.Subscriptions.ItemCount} items, {s.Subscriptions.Memory.Used} and {s.Unfinished.Bytes} bytes";
            });
            if (held == "0 connections, 0 sessions, 0 subscriptions, 0 items, 0 and 0 bytes")
            {
                return;
            }

            await Task.Delay(100, Cancellation);
        }

        Assert.Fail("left after thirty seconds: " + held);
    }

    private static (long Heap, int Handles, int Threads) Read()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        using var process = Process.GetCurrentProcess();
        return (GC.GetTotalMemory(forceFullCollection: true), Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : process.HandleCount, process.Threads.Count);
    }
}
