using System.Globalization;
using System.Reflection;
using TrainingLab.Mqtt.Transport;

namespace TrainingLab.Mqtt.Broker;

/// <summary>Publishes what a broker counts below <c>$SYS/broker/</c>, retained, with the topic names that other brokers use.</summary>
public sealed class StatusTopics : IDisposable
{
    /// <summary>Time between two publications.</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(10);

    private readonly MqttBroker broker;
    private readonly TimeProvider time;
    private readonly TimeSpan interval;
    private readonly long started;
    private readonly Agenda agenda;
    private readonly Dictionary<string, string> published = new(StringComparer.Ordinal);

    /// <summary>Begins to publish, now and every interval.</summary>
    public StatusTopics(MqttBroker broker, TimeProvider time, TimeSpan interval)
    {
        this.broker = broker;
        this.time = time;
        this.interval = interval;
        agenda = new Agenda(time);
        started = time.GetTimestamp();
        Say("version", $"TrainingLab {typeof(StatusTopics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]}");
        Publish();
    }

    /// <summary>Publishes no more.</summary>
    public void Dispose() => agenda.Dispose();

    private void Publish()
    {
        var counts = broker.Counts;
        Say("uptime", $"{(long)time.GetElapsedTime(started).TotalSeconds} seconds");
        Say("clients/connected", counts.Connected);
        Say("clients/disconnected", counts.Sessions - counts.Connected);
        Say("clients/total", counts.Sessions);
        Say("subscriptions/count", counts.Subscriptions);
        Say("retained messages/count", counts.Retained);
        Say("store/messages/bytes", counts.RetainedBytes);
        Say("messages/received", counts.PacketsReceived);
        Say("publish/messages/received", counts.MessagesReceived);
        Say("publish/messages/sent", counts.MessagesSent);
        Say("publish/messages/dropped", counts.MessagesDropped);
        agenda.Add(interval, Publish);
    }

    private void Say(string name, long value) => Say(name, value.ToString(CultureInfo.InvariantCulture));

    private void Say(string name, string value)
    {
        if (published.GetValueOrDefault(name) == value) return;
        published[name] = value;
        _ = broker.PublishAsync(MqttMessage.FromText($"$SYS/broker/{name}", value, retain: true));
    }
}
