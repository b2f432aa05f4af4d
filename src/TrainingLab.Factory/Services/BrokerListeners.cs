using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Factory.Networks;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Network;

namespace TrainingLab.Factory.Services;

/// <summary>Where the broker of a plant is reached: plainly, and over TLS. Each can be closed and opened again while it runs.</summary>
internal sealed class BrokerListeners(BrokerDefinition definition, MqttBroker broker, FactoryContext context)
{
    private Listener? plain;
    private Listener? secure;
    private BrokerSettings? settings;

    /// <summary>Opens and closes what the settings say. Connections over what is closed end; others stay.</summary>
    public void Use(BrokerSettings wanted)
    {
        settings = wanted;
        Switch(ref plain, wanted.Plain, definition.Port, ServePlainAsync);
        if (definition.Tls is { } tls)
            Switch(ref secure, wanted.Tls, tls.Port, ServeSecureAsync);
    }

    private void Switch(ref Listener? listener, bool isWanted, int port, Func<IDuplexPipe, PlantPeer, CancellationToken, Task> serve)
    {
        if (isWanted)
            listener ??= new Listener(context, definition.Id, port, serve);
        else
            listener?.Close();
        if (!isWanted)
            listener = null;
    }

    // A connection that the network cuts has been lost, and its will is published: only a closed listener and the end of the factory are the broker's own.
    private Task ServePlainAsync(IDuplexPipe transport, PlantPeer peer, CancellationToken cancellation) => broker.ServeAsync(transport, PeerOf(peer, certifiedUser: null), cancellation);

    private async Task ServeSecureAsync(IDuplexPipe transport, PlantPeer peer, CancellationToken cancellation)
    {
        try
        {
            using var limit = new CancellationTokenSource(broker.Options.Limits.ConnectTimeout, context.ConnectionTime(peer));
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
            var tls = await PlantTls.AcceptAsync(transport, Options(), context.Scheduler, either.Token);
            var user = definition.Tls!.CertificateNamesUser ? tls.PeerCertificate?.GetNameInfo(X509NameType.SimpleName, forIssuer: false) : null;
            await broker.ServeAsync(tls, PeerOf(peer, user), cancellation);
            await tls.Closed; // Its last words are still on the way.
        }
        catch (IOException failure)
        {
            context.Observed(peer, "mqtt", "handshake", definition.Id, "Refused", new System.Text.Json.Nodes.JsonObject { ["reason"] = failure.Message });
        }
    }

    private MqttPeer PeerOf(PlantPeer peer, string? certifiedUser) => new(peer.Host, PlantPeers.AddressOf(peer), peer.Account, context.ConnectionTime(peer)) { CertifiedUser = certifiedUser };

    private SslServerAuthenticationOptions Options()
    {
        var authority = context.Authority!;
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(authority.Of(authority.Server)!, additionalCertificates: null, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = true, // It is asked for; whether it must be there is seen below.
            CertificateChainPolicy = authority.PolicyFor(server: false, context.ClockOf(definition.Id)),
            AllowTlsResume = false, // A resumed handshake would depend on what else the process has done.
            RemoteCertificateValidationCallback = (_, certificate, _, errors) => certificate is null
                ? !settings!.RequireCertificate
                : errors == SslPolicyErrors.None && certificate is X509Certificate2 shown && !authority.IsRevoked(shown),
        };
    }

    private sealed class Listener
    {
        private readonly CancellationTokenSource closing = new();
        private readonly IDisposable listening;

        public Listener(FactoryContext context, string host, int port, Func<IDuplexPipe, PlantPeer, CancellationToken, Task> serve) =>
            listening = context.Network.Listen(host, port, async (transport, peer, _) =>
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(closing.Token, context.Stopping);
                await serve(transport, peer, either.Token);
            });

        public void Close()
        {
            listening.Dispose();
#pragma warning disable MA0042 // CancelAsync would run the callbacks on the thread pool, outside the factory's context.
            closing.Cancel();
#pragma warning restore MA0042
        }
    }
}
