using System.Text.Json.Nodes;
using TrainingLab.TimeSeries.LineProtocol;

namespace TrainingLab.TimeSeries.Store;

/// <summary>
/// Databases of compressed time series, in memory, with or without a journal file behind. One factory's serial scheduler uses it: not thread-safe.
/// The same writes at the same times give the same bytes of <see cref="Snapshot"/>.
/// </summary>
public sealed partial class TimeSeriesStore : IDisposable
{
    /// <summary>A store in memory only.</summary>
    public TimeSeriesStore(TimeProvider time, StoreOptions? options = null) => throw new NotSupportedException();

    /// <summary>Opens or creates a store with a journal in an SQLite file, and recovers what was acknowledged before a crash.</summary>
    public static TimeSeriesStore Open(string path, TimeProvider time, StoreOptions? options = null) => throw new NotSupportedException();

    /// <summary>Names of the databases, in the order of their names.</summary>
    public IReadOnlyList<string> DatabaseNames => throw new NotSupportedException();

    /// <summary>Creates a database; one that exists stays as it is.</summary>
    public void CreateDatabase(string name) => throw new NotSupportedException();

    /// <summary>Drops a database with all that is in it; false when there was none.</summary>
    public bool DropDatabase(string name) => throw new NotSupportedException();

    /// <summary>Stores a body of line protocol; when this returns, the accepted points are in the journal (if there is one).</summary>
    /// <param name="database">A database that exists.</param>
    /// <param name="lines">UTF-8 line protocol.</param>
    /// <param name="precision">The unit of its timestamps.</param>
    /// <exception cref="KeyNotFoundException">There is no such database.</exception>
    public WriteResult Write(string database, ReadOnlySpan<byte> lines, Precision precision = Precision.Nanoseconds) => throw new NotSupportedException();

    /// <summary>The whole content as compact bytes.</summary>
    public byte[] Snapshot() => throw new NotSupportedException();

    /// <summary>Replaces the whole content by that of a snapshot.</summary>
    /// <exception cref="InvalidDataException">These bytes are not a snapshot; the content is as before.</exception>
    public void Restore(ReadOnlySpan<byte> snapshot) => throw new NotSupportedException();

    /// <summary>Version, sizes and the <see cref="Snapshot"/> in base64, as JSON.</summary>
    public JsonNode Save() => throw new NotSupportedException();

    /// <summary>Restores what <see cref="Save"/> returned.</summary>
    public void Load(JsonNode state) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
