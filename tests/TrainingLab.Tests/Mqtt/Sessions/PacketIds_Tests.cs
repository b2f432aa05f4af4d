using TrainingLab.Mqtt.Sessions;

namespace TrainingLab.Tests.Mqtt.Sessions;

public sealed class PacketIds_Tests
{
    /// <summary>Whatever is added and taken away, it is the same as a sorted set.</summary>
    [Fact]
    public void It_is_a_set_in_ascending_order()
    {
        var random = new Random(1);
        var ids = new PacketIds();
        var expected = new SortedSet<ushort>();
        for (var step = 0; step < 5000; step++)
        {
            var id = (ushort)(random.Next(4) switch { 0 => random.Next(4), 1 => ushort.MaxValue - random.Next(4), 2 => 1024 * random.Next(64), _ => random.Next(65_536) });
            if (random.Next(3) == 0) Assert.Equal(expected.Remove(id), ids.Remove(id));
            else Assert.Equal(expected.Add(id), ids.Add(id));
            Assert.Equal(expected.Contains(id), ids.Contains(id));
            Assert.Equal(expected.Count, ids.Count);
        }
        Assert.Equal(expected, ids);
        ids.Clear();
        Assert.Empty(ids);
        Assert.Equal(0, ids.Count);
        Assert.False(ids.Contains(1024));
    }
}
