using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using TrainingLab.Mqtt.Hosting;

namespace TrainingLab.Tests.Mqtt.Hosting;

/// <summary>The context of a broker that stands alone, on Linux: one thread for what is posted and for the sockets.</summary>
public sealed class SocketLoop_Tests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task What_is_posted_from_many_threads_runs_on_one_in_the_order_of_each() => RunAsync(async loop =>
    {
        const int Threads = 4;
        const int Each = 20_000;
        var next = new int[Threads];
        var ids = new HashSet<int>();
        var inOrder = true;
        var threads = Enumerable.Range(0, Threads).Select(t => new Thread(() =>
        {
            for (var i = 0; i < Each; i++) loop.Post(n => Note(t, (int)n!), i);
        })).ToList();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        await loop.RunAsync(() => Task.CompletedTask);
        Assert.True(inOrder);
        Assert.All(next, n => Assert.Equal(Each, n));
        Assert.Single(ids);

        void Note(int t, int n)
        {
            ids.Add(Environment.CurrentManagedThreadId);
            inOrder &= next[t]++ == n;
        }
    });

    [Fact]
    public Task A_sleeping_loop_is_woken_by_each_post() => RunAsync(async loop =>
    {
        // Each is posted when the one before has run, so the loop looks or sleeps between them.
        for (var i = 0; i < 2000; i++) await loop.RunAsync(() => Task.CompletedTask);
    });

    [Fact]
    public Task Work_that_does_not_end_leaves_the_sockets_their_turn() => RunAsync(async loop =>
    {
        var (near, far) = await PairAsync(loop);
        using (far)
        {
            var stop = false;
            loop.Post(Again, null);
            var reading = ReadAsync(loop, near, 1);
            await far.SendAsync(new byte[] { 7 }, Token);
            Assert.Equal([7], await reading);
            Volatile.Write(ref stop, true);
            await CloseAsync(loop, near);

            void Again(object? _)
            {
                if (!Volatile.Read(ref stop)) loop.Post(Again, null);
            }
        }
    });

    [Fact]
    public Task What_escapes_from_the_work_is_told_and_the_loop_goes_on() => RunAsync(async loop =>
    {
        var told = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Failed = told.SetResult;
        loop.Post(_ => throw new InvalidOperationException("defect"), null);
        Assert.Equal("defect", (await told.Task.WaitAsync(Token)).Message);
        await loop.RunAsync(() => Task.CompletedTask);
    });

    [Fact]
    public Task More_than_the_system_takes_goes_both_ways_whole() => RunAsync(async loop =>
    {
        var (near, far) = await PairAsync(loop);
        using (far)
        {
            var there = RandomNumberGenerator.GetBytes(8 * 1024 * 1024);
            var back = RandomNumberGenerator.GetBytes(8 * 1024 * 1024);
            // Nobody reads until everything is on its way, so each write has to wait in the middle.
            var writing = loop.RunAsync(async () => await near.WriteAsync(back));
            var sending = Task.Run(async () => await SendAllAsync(far, there), Token);
            var reading = ReadAsync(loop, near, there.Length);
            var received = new byte[back.Length];
            await using (var stream = new NetworkStream(far)) await stream.ReadExactlyAsync(received, Token);
            var arrived = await reading;
            await Task.WhenAll(writing, sending);
            Assert.True(back.AsSpan().SequenceEqual(received));
            Assert.True(there.AsSpan().SequenceEqual(arrived));
            await CloseAsync(loop, near);
        }
    });

    [Fact]
    public Task The_end_that_comes_with_the_last_bytes_is_not_missed() => RunAsync(async loop =>
    {
        for (var i = 0; i < 200; i++)
        {
            var (near, far) = await PairAsync(loop);
            await far.SendAsync(new byte[] { 1, 2, 3 }, Token);
            far.Dispose();
            // First a part, then the rest into a buffer that has room for more, then the end, as often as one asks.
            Assert.Equal([1, 2], await ReadAsync(loop, near, 2));
            await loop.RunAsync(async () =>
            {
                var buffer = new byte[16];
                Assert.Equal(1, await near.ReadAsync(buffer));
                Assert.Equal(0, await near.ReadAsync(buffer));
                Assert.Equal(0, await near.ReadAsync(buffer));
            });
            await CloseAsync(loop, near);
        }
    });

    [Fact]
    public Task A_reset_is_a_failure_for_reader_and_writer() => RunAsync(async loop =>
    {
        var (near, far) = await PairAsync(loop);
        var reading = ReadAsync(loop, near, 1);
        far.LingerState = new LingerOption(enable: true, 0);
        far.Dispose();
        await Assert.ThrowsAnyAsync<IOException>(() => reading);
        await Assert.ThrowsAsync<IOException>(() => loop.RunAsync(async () => await near.WriteAsync(new byte[1])));
        await CloseAsync(loop, near);
    });

    [Fact]
    public Task A_read_of_nothing_waits_for_bytes_and_takes_none() => RunAsync(async loop =>
    {
        var (near, far) = await PairAsync(loop);
        using (far)
        {
            var waiting = loop.RunAsync(async () => Assert.Equal(0, await near.ReadAsync(Memory<byte>.Empty)));
            await loop.RunAsync(() => Task.CompletedTask);
            Assert.False(waiting.IsCompleted);
            await far.SendAsync(new byte[] { 9 }, Token);
            await waiting;
            Assert.Equal([9], await ReadAsync(loop, near, 1));
            await CloseAsync(loop, near);
        }
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Who_waits_is_told_when_it_is_given_up_and_the_other_direction_goes_on(bool reading) => RunAsync(async loop =>
    {
        var (near, far) = await PairAsync(loop);
        using (far)
        {
            using var giveUp = new CancellationTokenSource();
            var waiting = loop.RunAsync(async () =>
            {
                if (reading) await near.ReadExactlyAsync(new byte[1], giveUp.Token);
                else await near.WriteAsync(new byte[64 * 1024 * 1024], giveUp.Token);
            });
            await loop.RunAsync(() => Task.CompletedTask);
            await giveUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
            if (reading)
            {
                await loop.RunAsync(async () => await near.WriteAsync(new byte[] { 5 }));
                var received = new byte[1];
                Assert.Equal(1, await far.ReceiveAsync(received, Token));
            }
            else
            {
                await far.SendAsync(new byte[] { 5 }, Token);
                Assert.Equal([5], await ReadAsync(loop, near, 1));
            }
            await CloseAsync(loop, near);
        }
    });

    [Fact]
    public Task Who_waits_is_told_when_it_is_closed_from_whatever_thread() => RunAsync(async loop =>
    {
        var (near, far) = await PairAsync(loop);
        using (far)
        {
            var reading = ReadAsync(loop, near, 1);
            await loop.RunAsync(() => Task.CompletedTask);
            await near.DisposeAsync();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => reading);
            await Assert.ThrowsAsync<ObjectDisposedException>(() => ReadAsync(loop, near, 1));
        }
    });

    [Fact]
    public Task Another_thread_may_read_too() => RunAsync(async loop =>
    {
        var (near, far) = await PairAsync(loop);
        using (far)
        {
            for (byte i = 0; i < 200; i++)
            {
                var reading = Task.Run(
                    async () =>
                    {
                        var buffer = new byte[1];
                        Assert.Equal(1, await near.ReadAsync(buffer).ConfigureAwait(false));
                        return buffer[0];
                    },
                    Token);
                await far.SendAsync(new[] { i }, Token);
                Assert.Equal(i, await reading);
            }
            await CloseAsync(loop, near);
        }
    });

    /// <summary>Runs a test with a loop, which must have no sockets at its end.</summary>
    private static async Task RunAsync(Func<SocketLoop, Task> test)
    {
        Assert.SkipUnless(SocketLoop.IsSupported, "Linux only.");
        using var loop = new SocketLoop();
        await test(loop);
        await loop.RunAsync(() =>
        {
            Assert.Equal(0, loop.Open);
            return Task.CompletedTask;
        });
    }

    private static async Task<(LoopSocket Near, Socket Far)> PairAsync(SocketLoop loop)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await far.ConnectAsync(listener.LocalEndPoint!, Token);
        var accepted = await listener.AcceptAsync(Token);
        LoopSocket? near = null;
        await loop.RunAsync(() =>
        {
            near = loop.Take(accepted);
            return Task.CompletedTask;
        });
        return (near!, far);
    }

    private static async Task<byte[]> ReadAsync(SocketLoop loop, LoopSocket socket, int count)
    {
        var buffer = new byte[count];
        await loop.RunAsync(async () => await socket.ReadExactlyAsync(buffer));
        return buffer;
    }

    private static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[await socket.SendAsync(bytes, Token)..];
    }

    private static Task CloseAsync(SocketLoop loop, LoopSocket socket) => loop.RunAsync(async () => await socket.DisposeAsync());
}
