using System.Buffers.Binary;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Server;

/// <summary>How far a browse of one node has come: where it goes on, not what is still to come, so that what a client leaves unfetched takes no memory.</summary>
/// <param name="Node">The node.</param>
/// <param name="Wanted">What is asked for.</param>
/// <param name="Filter">The type of the references wanted; null for all.</param>
/// <param name="PageSize">Most references in one result.</param>
/// <param name="Version">The address space's when the browse began: in another one its place is lost.</param>
/// <param name="Given">How many references have been given.</param>
internal readonly record struct BrowseCursor(Node Node, BrowseDescription Wanted, ReferenceTypeNode? Filter, int PageSize, int Version, int Given = 0);

/// <summary>The browses that a session has not fetched to their end (OPC 10000-4, 7.9).</summary>
internal sealed class BrowseContinuations
{
    private readonly Dictionary<uint, BrowseCursor> _pending = [];
    private uint _lastId;

    public int Count => _pending.Count;

    public void Clear() => _pending.Clear();

    public byte[] Add(in BrowseCursor cursor)
    {
        var id = ++_lastId;
        _pending.Add(id, cursor);
        var point = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(point, id);
        return point;
    }

    public bool TryTake(byte[]? point, out BrowseCursor cursor)
    {
        cursor = default;
        return point is { Length: 4 } && _pending.Remove(BinaryPrimitives.ReadUInt32LittleEndian(point), out cursor);
    }
}
