using TrainingLab.TimeSeries.Store;

namespace TrainingLab.Tests.TimeSeries.Store;

/// <summary>A killed process is played by copying the file and its write-ahead log while the store is open, and opening the copy.</summary>
public sealed class Journal_Tests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("traininglab-journal-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(200)]
    [InlineData(0)]
    public void What_was_acknowledged_survives_a_kill_after_every_write(long checkpointBytes)
    {
        StoreOptions options = new() { BlockLength = 4, CheckpointBytes = checkpointBytes };
        using TimeSeriesStore store = TimeSeriesStore.Open(Path.Combine(directory, "h.db"), FixedTime.AfterData, options);
        store.CreateDatabase("lab");
        for (int i = 0; i < 30; i++)
        {
            Store_Tests.Write(store, $"m,a=x v={i},s=\"t{i % 3}\" {(i * 11) % 30}\nn c={i}i");
            if (i % 10 == 9)
                Store_Tests.Run(store, $"DELETE FROM m WHERE time < {i / 5}");
            using TimeSeriesStore recovered = TimeSeriesStore.Open(Killed(i), FixedTime.AfterData, options);
            Assert.Equal(store.Snapshot(), recovered.Snapshot());
            Assert.Equal(store.ValueCount, recovered.ValueCount);
        }
    }

    [Fact]
    public void A_closed_file_opens_again_and_goes_on()
    {
        string path = Path.Combine(directory, "h.db");
        byte[] before;
        using (TimeSeriesStore store = TimeSeriesStore.Open(path, FixedTime.AfterData))
        {
            store.CreateDatabase("lab");
            store.CreateDatabase("gone");
            Store_Tests.Write(store, "m v=1 1\nm v=2 2");
            store.Checkpoint();
            store.DropDatabase("gone");
            Store_Tests.Write(store, "m v=3 3");
            before = store.Snapshot();
        }

        using TimeSeriesStore again = TimeSeriesStore.Open(path, FixedTime.AfterData);
        Assert.Equal(before, again.Snapshot());
        Assert.Equal(["lab"], again.DatabaseNames);
        Store_Tests.Write(again, "m v=4 4");
        Assert.Equal("1 1\n2 2\n3 3\n4 4", Store_Tests.Values(again, "SELECT v FROM m"));
    }

    [Fact]
    public void Restoring_a_snapshot_replaces_the_file_too()
    {
        using TimeSeriesStore other = Store_Tests.Create();
        Store_Tests.Write(other, "x v=1 1");
        string path = Path.Combine(directory, "h.db");
        using (TimeSeriesStore store = TimeSeriesStore.Open(path, FixedTime.AfterData))
        {
            store.CreateDatabase("old");
            store.Restore(other.Snapshot());
        }

        using TimeSeriesStore again = TimeSeriesStore.Open(path, FixedTime.AfterData);
        Assert.Equal(other.Snapshot(), again.Snapshot());
    }

    private string Killed(int number)
    {
        string copy = Path.Combine(directory, $"killed{number}.db");
        foreach (string ending in (string[])["", "-wal"])
        {
            using FileStream source = new(Path.Combine(directory, "h.db" + ending), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using FileStream target = File.Create(copy + ending);
            source.CopyTo(target);
        }

        return copy;
    }
}
