using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Actions;
using TrainingLab.Factory.Http;
using TrainingLab.Factory.Networks;
using TrainingLab.Network;
using TrainingLab.Simulation.Time;

namespace TrainingLab.Factory;

/// <summary>What the components of one factory share. Used on the factory's scheduler only.</summary>
public sealed class FactoryContext
{
    private readonly Dictionary<string, HostClock> hostClocks = new(StringComparer.Ordinal);
    private readonly IFactoryObserver observer;

    internal FactoryContext(SerialScheduler scheduler, PlantClock clock, PlantHttpHost http, IFactoryObserver observer, ulong seed, TimeProvider wall)
    {
        Scheduler = scheduler;
        Clock = clock;
        Wire = new WireClock(scheduler, wall);
        Http = http;
        this.observer = observer;
        Seed = seed;
    }

    /// <summary>The serial context that everything of the factory runs on.</summary>
    public SerialScheduler Scheduler { get; }

    /// <summary>Plant time.</summary>
    public PlantClock Clock { get; }

    /// <summary>Wall time, for connections that come from outside.</summary>
    public TimeProvider Wire { get; }

    /// <summary>The plant network.</summary>
    public PlantNetwork Network { get; internal set; } = null!;

    /// <summary>The application certificates of hosts.</summary>
    public Services.PlantCertificates Certificates { get; internal set; } = null!;

    /// <summary>The authority that has issued the broker's certificate; null where it does not speak TLS.</summary>
    public Services.PlantAuthority? Authority { get; internal set; }

    /// <summary>The gateways that poll a machine.</summary>
    internal Func<string, IReadOnlyList<string>> Pollers { get; set; } = static _ => [];

    /// <summary>Whom every OPC UA server trusts in place of a list of its own; null leaves them their own.</summary>
    public OpcUa.Security.ICertificateStore? Trust { get; internal set; }

    /// <summary>The process's HTTP server for plants.</summary>
    public PlantHttpHost Http { get; }

    /// <summary>Seed from which every component derives its own chance.</summary>
    public ulong Seed { get; }

    /// <summary>Cancelled when the factory ends.</summary>
    public CancellationToken Stopping { get; internal set; }

    /// <summary>The clock of a host: plant time plus its skew.</summary>
    public HostClock ClockOf(string host)
    {
        if (!hostClocks.TryGetValue(host, out var clock))
            hostClocks[host] = clock = new HostClock(Clock);
        return clock;
    }

    /// <summary>The time that a connection's timers run on: wall time where somebody outside holds the other end.</summary>
    public TimeProvider ConnectionTime(PlantPeer peer) => StudentConnections.IsSocket(peer.Account) ? Wire : Clock;

    /// <summary>Reports a change; traffic between machines of the plant is not reported.</summary>
    public ValueTask ChangedAsync(PlantPeer? peer, string protocol, string operation, string target, string outcome, JsonObject arguments, FactoryInput? input = null) =>
        peer?.Account is null ? ValueTask.CompletedTask : observer.ChangedAsync(new ActionEvent(peer, protocol, operation, target, outcome, arguments), input);

    /// <summary>Reports something read or sent without a promise.</summary>
    public void Observed(PlantPeer? peer, string protocol, string operation, string target, string outcome, JsonObject arguments, FactoryInput? input = null)
    {
        if (peer?.Account is not null)
            observer.Observed(new ActionEvent(peer, protocol, operation, target, outcome, arguments), input);
    }

    /// <summary>Reports a defect of the program that nothing else would show.</summary>
    public void Failed(Exception exception) => observer.Failed(exception);

    /// <summary>Time until the next whole multiple of a period since the epoch; never zero. What is periodic keeps to these instants, so that a resumed factory goes on in step.</summary>
    public TimeSpan UntilNext(TimeSpan period) => period - TimeSpan.FromTicks(Clock.Elapsed.Ticks % period.Ticks);

    /// <summary>Does work at every whole multiple of a period since the epoch.</summary>
    public ITimer Every(TimeSpan period, Action work) => Clock.CreateTimer(_ => work(), state: null, UntilNext(period), period);

    /// <summary>Waits for the next whole multiple of a period since the epoch, to the tick: Task.Delay would cut the wait to whole milliseconds and come too early.</summary>
    public async Task NextAsync(TimeSpan period)
    {
        var due = new TaskCompletionSource();
        await using var timer = Clock.CreateTimer(_ => due.TrySetResult(), state: null, UntilNext(period), Timeout.InfiniteTimeSpan);
        await using var stop = Stopping.UnsafeRegister(_ => due.TrySetCanceled(Stopping), state: null);
        await due.Task;
    }

    /// <summary>Watches over a task that nobody awaits.</summary>
    public async void Run(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (Stopping.IsCancellationRequested)
        {
            // The factory ends.
        }
#pragma warning disable CA1031 // whatever it is, it is a defect that must be seen and must not end the process
        catch (Exception exception)
#pragma warning restore CA1031
        {
            observer.Failed(exception);
        }
    }

    /// <summary>Connects from one host of the plant to another, as a program on that host would.</summary>
    /// <param name="from">Host of the program.</param>
    /// <param name="target">Name or address.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="account">On whose behalf; null for a program of the plant.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">There is no connection; the message says why.</exception>
    public async ValueTask<IDuplexPipe> ConnectAsync(string from, string target, int port, string? account, CancellationToken cancellationToken)
    {
        var result = await Network.ConnectAsync(from, target, port, account, cancellationToken);
        return result.Connection ?? throw new IOException(result.Refusal?.Describe("en") ?? $"{target}:{port} {result.Status}");
    }

    /// <summary>Opens an HTTP service on a host of the plant.</summary>
    /// <param name="host">Host of the service.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="handle">Answers one request, on the factory's scheduler.</param>
    public void ListenHttp(string host, int port, PlantHttpHandler handle)
    {
        var service = new PlantHttpService(host, Scheduler, Wire, (request, cancellationToken) => AnswerAsync(handle, request, ClockOf(host), cancellationToken));
        Network.Listen(host, port, (transport, peer, cancellationToken) => Http.ServeAsync(transport, peer, service, cancellationToken));
    }

    /// <summary>Answers with the host's own date; a defect of the service is reported and answered with 500.</summary>
    private async ValueTask<PlantHttpResponse> AnswerAsync(PlantHttpHandler handle, PlantHttpRequest request, TimeProvider time, CancellationToken cancellationToken)
    {
        PlantHttpResponse response;
        try
        {
            response = await handle(request, cancellationToken);
        }
        catch (IOException exception)
        {
            // What was done could not be written down, or may not be done any more: it is not acknowledged.
            response = PlantHttpResponse.Text(503, exception.Message);
        }
#pragma warning disable CA1031 // a defect in one service must not end the factory, and must be seen
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
            observer.Failed(exception);
            response = PlantHttpResponse.Text(500, "internal error");
        }

        return response with { Headers = [.. response.Headers, new("Date", time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture))] };
    }
}
