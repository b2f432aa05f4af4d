using System.Diagnostics;
using TrainingLab.Mqtt;

namespace TrainingLab.Cli.Benchmarks;

/// <summary>One kind of load.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Publishers">Clients that publish.</param>
/// <param name="Subscribers">Clients that each receive everything.</param>
/// <param name="QoS">Quality of service both ways.</param>
/// <param name="Size">Payload in bytes.</param>
/// <param name="Window">
/// Messages of one publisher that are on their way at a time: not received by every subscriber or, at QoS 1 and 2, not acknowledged. So nobody is flooded, and no broker gains by taking
/// more than it delivers.
/// </param>
/// <param name="Tls">Whether over TLS.</param>
internal sealed record MqttLoad(string Name, int Publishers, int Subscribers, MqttQoS QoS, int Size, int Window, bool Tls = false)
{
    /// <summary>What issue and documentation speak of.</summary>
    public static IReadOnlyList<MqttLoad> All { get; } =
    [
        new("one to one", 1, 1, MqttQoS.AtMostOnce, 64, 1000),
        new("one to one", 1, 1, MqttQoS.AtMostOnce, 1024, 1000),
        new("one to one, 200 in flight", 1, 1, MqttQoS.AtLeastOnce, 64, 200),
        new("one to one, 200 in flight", 1, 1, MqttQoS.AtLeastOnce, 1024, 200),
        new("one to one, 1 in flight", 1, 1, MqttQoS.AtLeastOnce, 64, 1),
        new("one to one, 20 in flight", 1, 1, MqttQoS.ExactlyOnce, 64, 20),
        new("one to one, 20 in flight", 1, 1, MqttQoS.ExactlyOnce, 1024, 20),
        new("one to 100", 1, 100, MqttQoS.AtMostOnce, 64, 50),
        new("one to 100", 1, 100, MqttQoS.AtLeastOnce, 64, 20),
        new("one to 100", 1, 100, MqttQoS.AtMostOnce, 1024, 50),
        new("100 to one", 100, 1, MqttQoS.AtMostOnce, 64, 20),
        new("100 to one", 100, 1, MqttQoS.AtLeastOnce, 64, 20),
        new("one to one", 1, 1, MqttQoS.AtMostOnce, 64, 1000, Tls: true),
        new("one to one, 1 in flight", 1, 1, MqttQoS.AtLeastOnce, 64, 1, Tls: true),
    ];

    /// <summary>Makes the load on a broker for some time. Runs on a serial context.</summary>
    /// <returns>Messages delivered per second, and of one in flight the median and 99th percentile from sending to receiving in microseconds.</returns>
    public async Task<MqttLoadResult> RunAsync(BrokerProcess broker, TimeSpan duration, CancellationToken cancellation)
    {
        var port = (Tls ? broker.TlsPort : broker.Port)!.Value;
        var subscribers = new List<LoadClient>();
        var publishers = new List<LoadClient>();
        try
        {
            for (var i = 0; i < Subscribers; i++)
            {
                var subscriber = await LoadClient.ConnectAsync(port, Tls, $"sub-{i}", cancellation);
                await subscriber.SubscribeAsync("load/#", QoS, cancellation);
                subscribers.Add(subscriber);
            }
            for (var i = 0; i < Publishers; i++)
            {
                var publisher = await LoadClient.ConnectAsync(port, Tls, $"pub-{i}", cancellation);
                publisher.Prepare($"load/line-1/machine-{i}/speed", Size, QoS);
                publishers.Add(publisher);
            }

            var latencies = new List<long>();
            var sentAt = 0L;
            var stopping = false;
            foreach (var client in subscribers)
            {
                client.Progress = () =>
                {
                    if (Window == 1 && client.Received == publishers[0].Sent) latencies.Add(Stopwatch.GetTimestamp() - sentAt);
                    Go();
                };
                client.Start();
            }
            foreach (var client in publishers)
            {
                client.Progress = Go;
                client.Start();
            }
            Go();
            await Task.Delay(duration / 4, cancellation); // Warm.
            latencies.Clear();
            var before = subscribers.Sum(s => s.Received);
            var used = broker.ProcessorTime;
            var begun = Stopwatch.GetTimestamp();
            await Task.Delay(duration, cancellation);
            var delivered = subscribers.Sum(s => s.Received) - before;
            var took = Stopwatch.GetElapsedTime(begun);
            used = broker.ProcessorTime - used;
            stopping = true;
            latencies.Sort();
            return new MqttLoadResult(delivered / took.TotalSeconds, used.TotalMicroseconds / Math.Max(1, delivered), Percentile(latencies, 0.5), Percentile(latencies, 0.99));

            void Go()
            {
                if (stopping) return;
                var slowest = long.MaxValue;
                foreach (var subscriber in subscribers) slowest = Math.Min(slowest, subscriber.Received);
                var share = slowest / Publishers;
                foreach (var publisher in publishers)
                {
                    var open = publisher.Sent - (QoS == MqttQoS.AtMostOnce ? share : Math.Min(publisher.Acknowledged, share));
                    if (open > Window / 2 && Window > 1) continue; // In batches, as a program that publishes does.
                    if (open >= Window) continue;
                    sentAt = Stopwatch.GetTimestamp();
                    publisher.Publish((int)(Window - open));
                }
            }
        }
        finally
        {
            foreach (var client in subscribers.Concat(publishers)) await client.DisposeAsync();
        }
    }

    private static double? Percentile(List<long> sorted, double share) =>
        sorted.Count == 0 ? null : Stopwatch.GetElapsedTime(0, sorted[(int)((sorted.Count - 1) * share)]).TotalMicroseconds;
}

/// <summary>What a load gave.</summary>
/// <param name="MessagesPerSecond">Messages delivered per second, all subscribers together.</param>
/// <param name="Processor">Microseconds of the broker's processor time by message delivered, whatever else the machine does.</param>
/// <param name="Median">Microseconds from sending to receiving; null where many are on their way.</param>
/// <param name="Percentile99">The same of the slowest hundredth.</param>
internal sealed record MqttLoadResult(double MessagesPerSecond, double Processor, double? Median, double? Percentile99);
