using System.Net;
using System.Security.Cryptography;
using TrainingLab.Mqtt.Access;
using TrainingLab.Mqtt.Authentication;
using TrainingLab.Mqtt.Bridging;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Hosting;
using TrainingLab.Mqtt.Storage;

namespace TrainingLab.Cli.Brokers;

/// <summary>A broker of its own on a serial loop, with listeners that a new setup opens and closes while it runs.</summary>
internal sealed class StandaloneBroker : IAsyncDisposable
{
    private readonly SynchronizationContext loop = SerialContexts.Create();
    private readonly List<(BrokerListener Definition, MqttListener Listener)> listeners = [];
    private readonly List<(BridgeSetup Setup, MqttBridge Bridge)> bridges = [];
    private MqttBroker? broker;
    private SqliteMqttStore? store;
    private StatusTopics? status;

    /// <summary>Writes the logins that are refused; null: nobody does.</summary>
    public RefusalLog? Refusals { get; set; }

    /// <summary>Told what becomes of a bridge's connection: the bridge's name, and in words what has changed.</summary>
    public Action<string, string>? BridgeChanged { get; set; }

    /// <summary>Told when the store cannot be written, with the reason, and with null when it can again. On any thread.</summary>
    public Action<string?>? StoreFailing { get; set; }

    /// <summary>Where it is reached.</summary>
    public IReadOnlyList<(BrokerListener Definition, IPEndPoint Endpoint)> Endpoints => [.. listeners.Select(l => (l.Definition, l.Listener.Endpoint))];

    /// <summary>Starts it.</summary>
    public static async Task<StandaloneBroker> StartAsync(BrokerSetup setup, Action<string, string>? bridgeChanged = null, Action<string>? refused = null)
    {
        var standalone = new StandaloneBroker { Refusals = refused is null ? null : new RefusalLog(refused, TimeProvider.System) };
        await standalone.loop.RunAsync(async () =>
        {
            var options = new MqttBrokerOptions { BridgeIdentity = RandomNumberGenerator.GetHexString(16, lowercase: true) };
            standalone.broker = new MqttBroker(options, TimeProvider.System);
            if (setup.Store is { } file)
            {
                standalone.store = SqliteMqttStore.Open(file, TimeProvider.System);
                standalone.store.Failing = reason => standalone.StoreFailing?.Invoke(reason);
                options.Limits = setup.Limits;
                standalone.broker.Use(standalone.store);
            }
            standalone.BridgeChanged = bridgeChanged;
            standalone.status = new StatusTopics(standalone.broker, TimeProvider.System, StatusTopics.DefaultInterval);
            await standalone.ApplyAsync(setup, CancellationToken.None);
        });
        return standalone;
    }

    /// <summary>
    /// Takes another setup. Listeners that stay the same keep their connections; those that are gone are closed, after the new ones are open. Sessions
    /// lose the subscriptions that are no longer allowed. The file of the persistent state stays the one of the start.
    /// </summary>
    /// <param name="setup">The setup.</param>
    /// <param name="cancellation">Ends the waiting for other brokers, which are told that a bridge is gone.</param>
    public Task ChangeAsync(BrokerSetup setup, CancellationToken cancellation) => loop.RunAsync(() => ApplyAsync(setup, cancellation));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await loop.RunAsync(async () =>
        {
            status?.Dispose();
            foreach (var (_, bridge) in bridges) await bridge.DisposeAsync();
            bridges.Clear();
            foreach (var (_, listener) in listeners) await listener.DisposeAsync();
            listeners.Clear();
            Refusals?.Dispose();
        });
        (loop as IDisposable)?.Dispose();
        if (store is null) return;
        try
        {
            await store.DisposeAsync();
        }
        catch (IOException)
        {
            // Told by StoreFailing: the last changes are lost.
        }
    }

    private async Task ApplyAsync(BrokerSetup setup, CancellationToken cancellation)
    {
        var users = new UserDirectory(setup.Users, setup.Anonymous, TimeProvider.System) { Hashing = CpuOffload.RunAsync, Refused = Refusals is { } log ? log.Login : null };
        var options = broker!.Options;
        options.Limits = setup.Limits;
        options.Authenticate = users.AuthenticateAsync;
        options.AuthenticationMethods = setup.Users.Count == 0 ? [] : [users.Guard(new ScramSha256Server(users.Find, static bytes => RandomNumberGenerator.Fill(bytes)))];
        options.Authorize = setup.Access is { } access ? access.Allows : null;
        broker.EnforceAccess();

        var old = listeners.Where(l => !setup.Listeners.Any(n => n.Definition == l.Definition) || l.Definition.Certificate is not null).ToList();
        // A certificate may be a new one in the same file, so such a listener is opened again, which needs its port.
        foreach (var gone in old)
        {
            listeners.Remove(gone);
            await gone.Listener.DisposeAsync();
        }
        foreach (var (definition, listenerOptions) in setup.Listeners)
        {
            if (listeners.Exists(l => l.Definition == definition)) continue;
            listeners.Add((definition, new MqttListener(broker, listenerOptions with { HandshakeFailed = Refusals is { } refusals ? refusals.Handshake : null }, TimeProvider.System)));
        }
        await ApplyBridgesAsync(setup.Bridges, cancellation);
    }

    /// <summary>
    /// What waits for a bridge that is changed is taken up by the new one of its name; what waits for one that is gone is thrown away, here and at the other broker. That one may not
    /// answer, so it is asked last.
    /// </summary>
    private async Task ApplyBridgesAsync(IReadOnlyList<BridgeSetup> wanted, CancellationToken cancellation)
    {
        var old = bridges.Where(b => !wanted.Any(w => w.IsSame(b.Setup))).ToList();
        foreach (var gone in old)
        {
            bridges.Remove(gone);
            await gone.Bridge.DisposeAsync();
        }
        foreach (var name in broker!.Bridges.Where(name => !wanted.Any(w => w.Definition.Name == name))) broker.ForgetBridge(name);
        foreach (var setup in wanted)
        {
            if (bridges.Exists(b => b.Setup.Definition.Name == setup.Definition.Name)) continue;
            var former = old.Where(o => o.Setup.SharesSession(setup)).SelectMany(static o => o.Setup.FiltersThere).Except(setup.FiltersThere, StringComparer.Ordinal);
            Open(setup, setup.Options with { FormerFilters = [.. former] });
        }
        await Task.WhenAll(old.Where(o => !wanted.Any(w => w.SharesSession(o.Setup))).Select(gone => EndThereAsync(gone.Setup, gone.Bridge, cancellation)));
    }

    private void Open(BridgeSetup setup, MqttBridgeOptions options)
    {
        var bridge = new MqttBridge(broker!, options, setup.Connector.ConnectAsync, TimeProvider.System);
        var last = "";
        bridge.Attempted += result => Tell(result.Connected ? "connected" : $"not connected: {result.ReturnCode?.ToString() ?? result.Error}");
        bridge.ConnectedChanged += connected => Tell(connected ? "connected" : "connection lost");
        bridges.Add((setup, bridge));
        bridge.Start();

        void Tell(string what)
        {
            if (last != what) BridgeChanged?.Invoke(setup.Definition.Name, what);
            last = what;
        }
    }

    private async Task EndThereAsync(BridgeSetup setup, MqttBridge bridge, CancellationToken cancellation)
    {
        var result = await bridge.EndAsync(cancellation);
        BridgeChanged?.Invoke(setup.Definition.Name, result.Connected
            ? $"its session at {setup.Definition.Address} has ended"
            : $"its session at {setup.Definition.Address} stays: {result.ReturnCode?.ToString() ?? result.Error}");
    }
}
