using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Factory.Devices;
using TrainingLab.Mqtt.Sparkplug.Nodes;
using TrainingLab.Mqtt.Sparkplug.Payloads;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.Factory.Services;

/// <summary>
/// An edge gateway as a Sparkplug B edge node: each machine that it polls is a device behind it, born when it answers and dead when it no longer does; its metrics
/// are described by the machine's own address space, and commands are written over OPC UA.
/// </summary>
internal sealed class GatewaySparkplug
{
    private readonly GatewaySparkplugDefinition definition;
    private readonly FactoryContext context;
    private readonly PlantEdgeNode edge;
    private readonly Dictionary<string, Machine> machines = new(StringComparer.Ordinal);

    public GatewaySparkplug(GatewayDefinition gateway, GatewaySparkplugDefinition definition, BrokerLogin login, FactoryContext context)
    {
        this.definition = definition;
        this.context = context;
        edge = new PlantEdgeNode(
            gateway.Id,
            new SparkplugEdgeNodeOptions
            {
                Group = definition.Group,
                Node = definition.Node ?? gateway.Id,
                PrimaryHost = definition.AwaitedHost,
                UseAliases = definition.Aliases,
                DataTypesInData = definition.DataTypes,
                Mqtt = PlantEdgeNode.ClientOf(gateway.Id, login),
            },
            login,
            context);
        foreach (var device in gateway.Poll)
            machines[device] = new Machine(edge.Node.AddDevice(device));
        edge.Node.CommandReceived += command => context.Run(() => ObeyAsync(command));
    }

    public void Start() => edge.Node.Start();

    public JsonNode Save() => edge.Save();

    public void Load(JsonNode state) => edge.Load(state);

    /// <summary>As <see cref="PlantEdgeNode.Read"/>.</summary>
    public JsonNode? Read(string what) => edge.Read(what);

    /// <summary>A machine can be reached: learns how it describes its tags.</summary>
    /// <exception cref="OpcUaException">The machine refuses to be browsed.</exception>
    public async Task MeetAsync(string device, OpcUaClient client, IReadOnlyList<MachineTag> tags)
    {
        var machine = machines[device];
        machine.Client = client;
        machine.Shown.Clear();
        foreach (var (tag, description) in tags.Zip(await MachineTagDescription.ReadAsync(client, tags, context.Stopping)))
        {
            // What Sparkplug has no plain type for, as texts in two languages, is no metric.
            if (TypeOf(description.DataType) is not { } type || machine.Shown.ContainsKey(tag.Path))
                continue;
            if (machine.Device.Tags.Find(tag.Path) is null)
            {
                var (low, high) = (description.Range?.Low, description.Range?.High);
                machine.Device.Tags.Add(tag.Path, type, properties: SparkplugMetrics.Describe(description.Unit, low, high, description.IsWritable));
                machine.Reports[tag.Path] = new SparkplugReport(machine.Device.Tags, tag.Path, (high - low) * definition.Deadband / 100 ?? 0);
            }

            machine.Shown[tag.Path] = tag;
        }
    }

    /// <summary>What a machine has answered.</summary>
    public void Tell(string device, IReadOnlyList<MachineTag> tags, DataValue[] values)
    {
        var machine = machines[device];
        for (var i = 0; i < tags.Count; i++)
        {
            if (machine.Shown.GetValueOrDefault(tags[i].Path) == tags[i])
                machine.Reports[tags[i].Path].Tell(values[i].Status.IsBad ? null : ValueOf(values[i].Value));
        }

        if (machine.Device.IsOnline)
            machine.Device.Publish();
        else
            machine.Device.Connect();
    }

    /// <summary>A machine no longer answers.</summary>
    public void Lose(string device)
    {
        machines[device].Client = null;
        machines[device].Device.Disconnect();
    }

    private async Task ObeyAsync(SparkplugCommand command)
    {
        var isWritten = false;
        if (command.Device is { } device && machines[device.Id] is { Client: { } client } machine && machine.Shown.TryGetValue(command.Tag.Name, out var tag)
            && SparkplugMetrics.ValueOf(command.Value) is { } value)
        {
            try
            {
                isWritten = (await client.WriteAsync(tag.Node, MachineNodes.VariantOf(value), context.Stopping)).IsGood;
            }
            catch (Exception e) when (e is OpcUaException or IOException or TimeoutException or ObjectDisposedException)
            {
                // The machine has just gone; the command is lost, and the poll tells the rest.
            }
        }

        edge.Count(isWritten);
    }

    private static SparkplugDataType? TypeOf(NodeId dataType) => dataType.NamespaceIndex != 0 || dataType.IdType != IdType.Numeric ? null : (BuiltInType)dataType.Numeric switch
    {
        BuiltInType.Boolean => SparkplugDataType.Boolean,
        >= BuiltInType.SByte and <= BuiltInType.Int64 => SparkplugDataType.Int64,
        BuiltInType.UInt64 => SparkplugDataType.UInt64,
        BuiltInType.Float or BuiltInType.Double => SparkplugDataType.Double,
        BuiltInType.String => SparkplugDataType.String,
        _ => null,
    };

    private static object? ValueOf(Variant value) => value.Type switch
    {
        BuiltInType.String => value.TryGet<string>(out var text) ? text : null,
        BuiltInType.Boolean => value.TryGet<bool>(out var flag) ? flag : null,
        BuiltInType.Float or BuiltInType.Double => value.TryGetDouble(out var number) ? number : null,
        _ => value.IsArray ? null : value.ToObject(),
    };

    /// <summary>A machine behind the gateway.</summary>
    private sealed class Machine(SparkplugDevice device)
    {
        public SparkplugDevice Device { get; } = device;

        /// <summary>The connection to it; null while there is none.</summary>
        public OpcUaClient? Client { get; set; }

        /// <summary>Its tags by the name of the metric, with the node ids of this connection.</summary>
        public Dictionary<string, MachineTag> Shown { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, SparkplugReport> Reports { get; } = new(StringComparer.Ordinal);
    }
}
