using System.Text.Json.Nodes;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Sparkplug.Nodes;

namespace TrainingLab.Factory.Services;

/// <summary>A host of the plant as a Sparkplug B edge node: how it logs in, what is saved of it, and what became of the commands that it was given.</summary>
internal sealed class PlantEdgeNode
{
    private long written;
    private long refused;

    /// <param name="host">The host.</param>
    /// <param name="options">What it is, with <see cref="ClientOf"/>.</param>
    /// <param name="login">How the host logs in to the broker.</param>
    /// <param name="context">The factory.</param>
    public PlantEdgeNode(string host, SparkplugEdgeNodeOptions options, BrokerLogin login, FactoryContext context)
    {
        Node = new SparkplugEdgeNode(options, login.ConnectAsync, context.ClockOf(host));
        Node.CommandRefused += _ => refused++;
    }

    /// <summary>The edge node.</summary>
    public SparkplugEdgeNode Node { get; }

    /// <summary>How a host connects as an edge node; it may have another connection for messages of its own.</summary>
    public static MqttClientOptions ClientOf(string host, BrokerLogin login) => login.Identify(new MqttClientOptions { ClientId = $"{host}-sparkplug" });

    /// <summary>Counts a command whose metric and value fit: whether the tag has been written.</summary>
    public void Count(bool isWritten)
    {
        if (isWritten)
            written++;
        else
            refused++;
    }

    public JsonNode Save() => new JsonObject { ["node"] = Node.Save(), ["written"] = written, ["refused"] = refused };

    public void Load(JsonNode state)
    {
        Node.Load(state["node"]!);
        written = (long)state["written"]!;
        refused = (long)state["refused"]!;
    }

    /// <summary>Reads <c>online</c>, <c>bdSeq</c>, and how many commands were <c>written</c> and <c>refused</c>.</summary>
    public JsonNode? Read(string what) => what switch
    {
        "online" => JsonValue.Create(Node.IsOnline),
        "bdSeq" => Node.BdSeq is { } number ? JsonValue.Create(number) : null,
        "written" => JsonValue.Create(written),
        "refused" => JsonValue.Create(refused),
        _ => null,
    };
}
