using TrainingLab.Mqtt.Transport;

namespace TrainingLab.Tests.Mqtt.Transport;

/// <summary>A queue in pieces behaves as one in a single array, but for how it grows.</summary>
public class ChunkedQueue_Tests
{
    [Fact]
    public void It_gives_back_what_it_was_given_in_order()
    {
        var random = new Random(20261126);
        var queue = new ChunkedQueue<string>();
        var model = new Queue<string>();
        for (var i = 0; i < 20_000; i++)
        {
            // Mostly filling for a while, then mostly emptying.
            var fills = random.Next(10) < (i / 2000 % 2 == 0 ? 7 : 3);
            if (fills)
            {
                queue.Enqueue($"{i}");
                model.Enqueue($"{i}");
            }
            else
            {
                Assert.Equal(model.TryPeek(out var expected), queue.TryPeek(out var first));
                Assert.Equal(expected, first);
                Assert.Equal(model.TryDequeue(out expected), queue.TryDequeue(out first));
                Assert.Equal(expected, first);
            }
            Assert.Equal(model.Count, queue.Count);
            if (i % 500 == 0) Assert.Equal(model, queue);
        }
        queue.Clear();
        Assert.Empty(queue);
        Assert.Throws<InvalidOperationException>(() => queue.Dequeue());
        queue.Enqueue("again");
        Assert.Equal("again", queue.Dequeue());
    }

    [Fact]
    public void It_never_takes_much_memory_at_once_and_none_while_its_length_stays()
    {
        var queue = new ChunkedQueue<long>();
        var most = 0L;
        for (var i = 0; i < 100_000; i++) most = Math.Max(most, AllocatedBy(() => queue.Enqueue(i)));
        Assert.InRange(most, 1, (ChunkedQueue<long>.LargestChunk * sizeof(long)) + 200);

        while (queue.Count > 3 * ChunkedQueue<long>.LargestChunk) queue.Dequeue();
        Assert.Equal(0, AllocatedBy(() => Turn(queue, 10_000)));
        while (queue.Count > 3) queue.Dequeue();
        Turn(queue, 3 * ChunkedQueue<long>.LargestChunk);
        Assert.Equal(0, AllocatedBy(() => Turn(queue, 10_000)));
    }

    private static void Turn(ChunkedQueue<long> queue, int times)
    {
        for (var i = 0; i < times; i++) queue.Enqueue(queue.Dequeue());
    }

    private static long AllocatedBy(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
