using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Server.Subscriptions;

namespace TrainingLab.Tests.OpcUa.Server;

/// <summary>Queues as OPC 10000-4, 5.13.1.5 draws them.</summary>
public class ValueQueueTests
{
    [Theory]
    [InlineData(1, true, 3, "3")]
    [InlineData(1, false, 3, "3")]
    [InlineData(4, true, 3, "1 2 3")]
    [InlineData(4, true, 9, "6* 7 8 9")]
    [InlineData(4, false, 9, "1 2 3 9*")]
    [InlineData(2, true, 3, "2* 3")]
    [InlineData(2, false, 3, "1 3*")]
    public void A_full_queue_gives_way_at_one_end(int size, bool discardOldest, int pushes, string expected)
    {
        var queue = Queue(size);
        for (var i = 1; i <= pushes; i++)
        {
            queue.Enqueue(new DataValue(i), discardOldest);
        }

        Assert.Equal(expected, Drain(queue));
    }

    [Fact]
    public void A_queue_goes_round()
    {
        var queue = Queue(3);
        for (var i = 0; i < 100; i++)
        {
            queue.Enqueue(new DataValue(i), discardOldest: true);
            queue.Enqueue(new DataValue(-i), discardOldest: true);
            Assert.Equal(new Variant(i), queue.Dequeue().Value);
            Assert.Equal(new Variant(-i), queue.Dequeue().Value);
        }

        Assert.Equal(0, queue.Count);
    }

    [Theory]
    [InlineData(true, 2, "3* 4")]
    [InlineData(false, 2, "1 4*")]
    [InlineData(true, 1, "4")]
    [InlineData(false, 1, "4")]
    [InlineData(false, 4, "1 2 3 4")]
    public void Making_it_smaller_loses_what_a_full_queue_would_lose(bool discardOldest, int size, string expected)
    {
        var queue = Queue(4);
        for (var i = 1; i <= 4; i++)
        {
            queue.Enqueue(new DataValue(i), discardOldest: true);
        }

        queue.Resize(size, discardOldest);
        Assert.Equal(expected, Drain(queue));
        queue.Resize(5, discardOldest);
        for (var i = 1; i <= 6; i++)
        {
            queue.Enqueue(new DataValue(i), discardOldest: true);
        }

        Assert.Equal("2* 3 4 5 6", Drain(queue));
    }

    private static ValueQueue Queue(int size)
    {
        var queue = new ValueQueue();
        queue.Resize(size, discardOldest: true);
        return queue;
    }

    private static string Drain(ValueQueue queue)
    {
        var values = new List<string>();
        while (queue.Count > 0)
        {
            var value = queue.Dequeue();
            values.Add(value.Value + (value.Status.Code == 0x480 ? "*" : ""));
        }

        return string.Join(' ', values);
    }
}
