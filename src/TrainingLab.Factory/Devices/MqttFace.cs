using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Services;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Client;
using TrainingLab.Simulation.Values;
using TrainingLab.TimeSeries.Store;

namespace TrainingLab.Factory.Devices;

/// <summary>A machine that publishes its tags by itself.</summary>
internal sealed class MqttFace(DeviceEmulator device, MqttFaceDefinition definition, BrokerLogin login, FactoryContext context)
{
    private MqttClient? client;

    public void Start()
    {
        client = login.NewClient(new MqttClientOptions { ClientId = device.Id });
        client.Start();
        context.Every(definition.Interval, Publish);
    }

    private void Publish()
    {
        var tags = definition.Tags is { } names ? names.Select(n => device.Tags[n]) : device.Tags.Tags;
        var telemetry = TelemetryOf(device.Id, tags, context.ClockOf(device.Id).GetUtcNow());
        client!.TryPublish(new MqttMessage(definition.Topic.Replace("{device}", device.Id, StringComparison.Ordinal), telemetry.Write(), (MqttQoS)definition.Qos));
    }

    /// <summary>What a machine says of its tags now.</summary>
    internal static Telemetry TelemetryOf(string device, IEnumerable<Tag> tags, DateTimeOffset time)
    {
        var good = new List<KeyValuePair<string, FieldValue>>();
        var bad = new List<string>();
        foreach (var tag in tags)
        {
            var sample = tag.Observed;
            if (sample.Quality.Level == QualityLevel.Bad)
                bad.Add(tag.Name);
            else
                good.Add(new(tag.Name, FieldOf(sample.Value)));
        }

        return new Telemetry(device, time, good, bad);
    }

    private static FieldValue FieldOf(TagValue value) => value.Kind switch
    {
        TagKind.Boolean => FieldValue.Boolean(value.AsBoolean),
        TagKind.Integer => FieldValue.Integer(value.AsInteger),
        TagKind.Double => FieldValue.Float(value.AsDouble),
        _ => FieldValue.String(value.AsText),
    };
}
