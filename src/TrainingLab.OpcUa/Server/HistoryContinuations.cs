using System.Buffers.Binary;

namespace TrainingLab.OpcUa.Server;

/// <summary>Readings of history that a session has not fetched to their end (OPC 10000-4, 7.9): each continuation point is good once.</summary>
internal sealed class HistoryContinuations
{
    private readonly Dictionary<uint, object> _pending = [];
    private uint _lastId;

    public int Count => _pending.Count;

    public void Clear() => _pending.Clear();

    public byte[] Add(object reading)
    {
        var id = ++_lastId;
        _pending.Add(id, reading);
        var point = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(point, id);
        return point;
    }

    public bool TryTake(byte[]? point, out object? reading)
    {
        reading = null;
        return point is { Length: 4 } && _pending.Remove(BinaryPrimitives.ReadUInt32LittleEndian(point), out reading);
    }
}
