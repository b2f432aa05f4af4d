using TrainingLab.Mqtt.Hosting;

namespace TrainingLab.Tests.Mqtt.Hosting;

/// <summary>Bytes without end do not keep the thread, and hands are shaken one after the other.</summary>
public sealed class FairStream_Tests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bytes_that_do_not_end_leave_others_their_turn()
    {
        var loop = new SerialLoop();
        var stop = false;
        using var computing = new SemaphoreSlim(1);
        await using var stream = new FairStream(new EndlessStream(), computing);
        var reading = loop.RunAsync(async () =>
        {
            loop.Post(_ => stop = true, null);
            while (!stop) Assert.Equal(100, await stream.ReadAsync(new byte[100]));
        });
        await reading.WaitAsync(Token);
        Assert.True(stop);
    }

    [Fact]
    public async Task While_one_connection_computes_for_its_handshake_another_one_waits()
    {
        using var computing = new SemaphoreSlim(1);
        await using var first = new FairStream(new EndlessStream(), computing);
        await using var second = new FairStream(new EndlessStream(), computing);
        first.BeginHandshake();
        second.BeginHandshake();
        Assert.Equal(100, await first.ReadAsync(new byte[100], Token));
        var waiting = second.ReadAsync(new byte[100], Token).AsTask();
        Assert.False(waiting.IsCompleted);
        await first.WriteAsync(new byte[1], Token);
        Assert.Equal(100, await waiting);
        // One that is given up lets the next one go on too.
        var again = first.ReadAsync(new byte[100], Token).AsTask();
        Assert.False(again.IsCompleted);
        await second.DisposeAsync();
        Assert.Equal(100, await again);
        // Once hands are shaken there is nothing to wait for.
        first.EndHandshake();
        await computing.WaitAsync(Token);
        Assert.True(first.ReadAsync(new byte[100], Token).IsCompleted);
    }

    private sealed class EndlessStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(buffer.Length);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => default;
    }
}
