using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Packets;

namespace TrainingLab.InteropTests.Mqtt;

/// <summary>Our client with a persistent session that notes what comes, over any number of connections.</summary>
internal sealed class Inbox : IAsyncDisposable
{
    private readonly MqttClient client;
    private readonly List<(int Count, TaskCompletionSource Done)> waiting = [];

    private Inbox(int port, string name)
    {
        client = Persistent(port, name);
        client.MessageReceived += message =>
        {
            Messages.Add(message);
            foreach (var (_, done) in waiting.FindAll(w => w.Count <= Messages.Count)) done.TrySetResult();
        };
    }

    public List<MqttMessage> Messages { get; } = [];

    public IEnumerable<string> Texts => Messages.Select(m => m.PayloadText);

    public static async Task<Inbox> OpenAsync(int port, string filter, string name = "inbox")
    {
        var inbox = new Inbox(port, name);
        var granted = inbox.client.SubscribeAsync(new SubscribeFilter(filter, MqttQoS.ExactlyOnce, RetainAsPublished: true, RetainHandling: MqttRetainHandling.SendIfNew), _ => { });
        inbox.client.Start();
        Assert.Equal(MqttSubscribeReturnCode.GrantedExactlyOnce, await granted);
        return inbox;
    }

    /// <summary>A client that keeps its session and comes back soon.</summary>
    public static MqttClient Persistent(int port, string name) => new(
        new MqttClientOptions
        {
            ClientId = name, Version = MqttProtocolVersion.V5, CleanSession = false, MaxQueuedMessages = 100_000,
            ReconnectDelay = TimeSpan.FromMilliseconds(50), MaxReconnectDelay = TimeSpan.FromMilliseconds(200),
        },
        cancellation => SocketPipe.ConnectAsync(port, cancellation),
        TimeProvider.System);

    /// <summary>Complete when that many messages have come.</summary>
    public Task HasAsync(int count)
    {
        if (Messages.Count >= count) return Task.CompletedTask;
        var done = new TaskCompletionSource();
        waiting.Add((count, done));
        return done.Task;
    }

    /// <summary>Complete when that many different messages of a topic have come.</summary>
    public async Task HasAllAsync(string topic, int count)
    {
        while (Messages.Where(m => m.Topic == topic).Select(m => m.PayloadText).Distinct(StringComparer.Ordinal).Count() < count) await HasAsync(Messages.Count + 1);
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();
}
