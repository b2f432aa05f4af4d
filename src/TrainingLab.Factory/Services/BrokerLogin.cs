using System.IO.Pipelines;
using System.Text;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Mqtt.Client;

namespace TrainingLab.Factory.Services;

/// <summary>How a program or machine of the plant gets to the broker: from which host, as which user, and whether over TLS.</summary>
/// <param name="host">The host that it runs on.</param>
/// <param name="definition">As whom; null for nobody.</param>
/// <param name="broker">The broker.</param>
/// <param name="context">The factory.</param>
public sealed class BrokerLogin(string host, MqttLoginDefinition? definition, BrokerDefinition broker, FactoryContext context)
{
    /// <summary>Options with user name and password.</summary>
    public MqttClientOptions Identify(MqttClientOptions options) => definition?.User is not { } user ? options : options with
    {
        UserName = user,
        Password = (definition.Password ?? broker.Users.GetValueOrDefault(user)) is { } password ? Encoding.UTF8.GetBytes(password) : null,
    };

    /// <summary>A connection to the broker, over the network of the plant.</summary>
    /// <exception cref="IOException">There is none; the message says why.</exception>
    public ValueTask<IDuplexPipe> ConnectAsync(CancellationToken cancellationToken) => definition is { Tls: true } or { Certificate: true }
        ? context.Authority!.ConnectAsync(host, broker.Id, broker.Tls!.Port, account: null, definition.Certificate ? definition.User ?? host : null, cancellationToken)
        : context.ConnectAsync(host, broker.Id, broker.Port, account: null, cancellationToken);

    /// <summary>A client that reconnects by itself, not started yet.</summary>
    public MqttClient NewClient(MqttClientOptions options) => new(Identify(options), ConnectAsync, context.Clock);
}
