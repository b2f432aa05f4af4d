using System.Threading.Channels;
using TrainingLab.Labs.Attempts.Contracts;

namespace TrainingLab.Labs.Attempts;

/// <summary>Who watches an attempt. Thread safe. A slow reader loses the oldest events.</summary>
internal sealed class AttemptWatchers
{
    private const int Backlog = 512;

    private readonly Lock gate = new();
    private readonly List<Channel<AttemptEvent>> channels = [];

    /// <summary>Whether anybody watches.</summary>
    public bool Any
    {
        get
        {
            lock (gate)
                return channels.Count > 0;
        }
    }

    public void Tell(AttemptEvent happened)
    {
        lock (gate)
        {
            foreach (var channel in channels)
                channel.Writer.TryWrite(happened);
        }
    }

    public async IAsyncEnumerable<AttemptEvent> WatchAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<AttemptEvent>(new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (gate)
            channels.Add(channel);
        try
        {
            while (await WaitAsync(channel, cancellationToken))
            {
                while (channel.Reader.TryRead(out var happened))
                    yield return happened;
            }
        }
        finally
        {
            lock (gate)
                channels.Remove(channel);
        }
    }

    private static async Task<bool> WaitAsync(Channel<AttemptEvent> channel, CancellationToken cancellationToken)
    {
        try
        {
            return await channel.Reader.WaitToReadAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
