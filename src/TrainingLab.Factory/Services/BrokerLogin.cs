using System.IO.Pipelines;
using System.Text;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Mqtt.Client;

namespace TrainingLab.Factory.Services;

/// <summary>How a program or machine of the plant gets to the broker: from which host, and as which user.</summary>
/// <param name="host">The host that it runs on.</param>
/// <param name="definition">As whom; null for nobody.</param>
/// <param name="broker">The broker.</param>
/// <param name="context">The factory.</param>
public sealed class BrokerLogin(string host, MqttLoginDefinition? definition, BrokerDefinition broker, FactoryContext context)
{
    /// <summary>Options with user name and password.</summary>
    public MqttClientOptions Identify(MqttClientOptions options) => definition is null ? options : options with
    {
        UserName = definition.User,
        Password = (definition.Password ?? broker.Users.GetValueOrDefault(definition.User)) is { } password ? Encoding.UTF8.GetBytes(password) : null,
    };

    /// <summary>A connection to the broker, over the network of the plant.</summary>
    /// <exception cref="IOException">There is none; the message says why.</exception>
    public ValueTask<IDuplexPipe> ConnectAsync(CancellationToken cancellationToken) => context.ConnectAsync(host, broker.Id, broker.Port, account: null, cancellationToken);

    /// <summary>A client that reconnects by itself, not started yet.</summary>
    public MqttClient NewClient(MqttClientOptions options) => new(Identify(options), ConnectAsync, context.Clock);
}
