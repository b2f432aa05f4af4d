using System.Buffers.Binary;
using TrainingLab.OpcUa.Messages;

namespace TrainingLab.OpcUa.Server;

/// <summary>The rest of browses that a session has not fetched yet (OPC 10000-4, 7.9).</summary>
internal sealed class BrowseContinuations
{
    private readonly Dictionary<uint, (List<ReferenceDescription> References, int Next, int PageSize)> _pending = [];
    private uint _lastId;

    public int Count => _pending.Count;

    public void Clear() => _pending.Clear();

    public byte[] Add(List<ReferenceDescription> references, int next, int pageSize)
    {
        var id = ++_lastId;
        _pending.Add(id, (references, next, pageSize));
        var point = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(point, id);
        return point;
    }

    public bool TryTake(byte[]? point, out (List<ReferenceDescription> References, int Next, int PageSize) rest)
    {
        rest = default;
        return point is { Length: 4 } && _pending.Remove(BinaryPrimitives.ReadUInt32LittleEndian(point), out rest);
    }
}
