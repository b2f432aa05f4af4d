using System.Security.Cryptography;
using System.Text;
using TrainingLab.Factory;
using TrainingLab.Factory.Services;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Client;

namespace TrainingLab.Labs.Probes;

/// <summary>
/// <c>mqtt: { from: office-pc, action: subscribe, topic: "plant/#", user: mes }</c>: whether somebody may publish a topic or subscribe a filter. From the node it connects for real, over TLS
/// where the broker listens over TLS only, and logs in for real as nobody or with a password; a user without a password is taken at his word, because students choose passwords. What he may then
/// do the broker is asked without a message being sent: a probe must not publish into the plant.
/// </summary>
internal sealed class MqttProbe : IProbe
{
    public string Kind => "mqtt";

    public IReadOnlyDictionary<string, ProbeArgument> Arguments { get; } = new Dictionary<string, ProbeArgument>(StringComparer.Ordinal)
    {
        ["from"] = ProbeArgument.Node, ["action"] = ProbeArgument.MqttAction, ["topic"] = ProbeArgument.Topic,
    };

    public IReadOnlyDictionary<string, ProbeArgument> Optional { get; } = new Dictionary<string, ProbeArgument>(StringComparer.Ordinal)
    {
        ["user"] = ProbeArgument.Text, ["password"] = ProbeArgument.Text, ["client"] = ProbeArgument.Text,
    };

    public async Task<ProbeOutcome> RunAsync(RunningFactory factory, IReadOnlyDictionary<string, string> arguments, CancellationToken cancellationToken)
    {
        if (factory.Broker is not { } broker)
            return ProbeOutcome.Failed("the plant has no broker");
        var user = arguments.GetValueOrDefault("user");
        var password = arguments.GetValueOrDefault("password");
        if (await ConnectAsync(factory, broker, arguments, user, password, cancellationToken) is { } refused)
            return new ProbeOutcome(ProbeResults.Blocked, refused);
        if (user is not null && password is null && !Knows(factory, broker, user))
            return new ProbeOutcome(ProbeResults.Blocked, $"the broker knows no user {user}");
        var access = arguments["action"] == "publish" ? MqttAccess.Publish : MqttAccess.Subscribe;
        var client = new MqttClientIdentity(new MqttPeer(arguments["from"], "", Account: null, factory.Clock), arguments.GetValueOrDefault("client") ?? "probe", user);
        return broker.Broker.Options.Authorize?.Invoke(client, access, arguments["topic"]) ?? true
            ? new ProbeOutcome(ProbeResults.Connected, $"{user ?? "nobody"} may {arguments["action"]} {arguments["topic"]}")
            : new ProbeOutcome(ProbeResults.Blocked, $"no rule lets {user ?? "nobody"} {arguments["action"]} {arguments["topic"]}");
    }

    /// <summary>Why there is no connection; null where there is one.</summary>
    private static async Task<string?> ConnectAsync(
        RunningFactory factory, MqttBrokerService broker, IReadOnlyDictionary<string, string> arguments, string? user, string? password, CancellationToken cancellationToken)
    {
        var from = arguments["from"];
        var id = factory.Scenario.Services.Broker!.Id;
        var port = broker.Settings.Plain ? broker.Port : broker.TlsPort ?? broker.Port;
        if (user is not null && password is null)
        {
            var result = await factory.Context.Network.ConnectAsync(from, id, port, account: null, cancellationToken);
            result.Connection?.Dispose();
            return result.Connection is null ? result.Refusal?.Describe("en") ?? result.Status.ToString() : null;
        }

        var options = new MqttClientOptions { ClientId = ClientIdOf(arguments), UserName = user, Password = password is null ? null : Encoding.UTF8.GetBytes(password) };
        var answer = await MqttOnce.PublishAsync(
            options,
            token => port == broker.Port
                ? factory.Context.ConnectAsync(from, id, port, account: null, token)
                : factory.Context.Authority!.ConnectAsync(from, id, port, account: null, certificate: null, token),
            [],
            factory.Clock,
            cancellationToken);
        return answer.Connect.Connected ? null : answer.Connect.ReturnCode?.ToString() ?? answer.Connect.Error ?? answer.Connect.Outcome.ToString();
    }

    /// <summary>One for each probe: they run at the same time, and with the same identifier each would end the connection of the one before.</summary>
    private static string ClientIdOf(IReadOnlyDictionary<string, string> arguments) =>
        $"probe-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', arguments.Select(static a => $"{a.Key}={a.Value}").Order(StringComparer.Ordinal)))).AsSpan(0, 8))}";

    private static bool Knows(RunningFactory factory, MqttBrokerService broker, string user) =>
        broker.Settings.Users.ContainsKey(user)
        || (broker.Settings is { Anonymous: true, Users.IsEmpty: true })
        || (factory.Context.Authority is { } authority && factory.Scenario.Services.Broker!.Tls!.CertificateNamesUser && broker.Settings.Tls
            && authority.Clients.Contains(user, StringComparer.Ordinal) && !authority.IsRevoked(user));
}
