using System.Buffers;

namespace TrainingLab.Network.Capture;

/// <summary>A running or finished capture: a bounded ring of packets.</summary>
public sealed class PacketCapture : IDisposable
{
    // The interface of a file is a cable seen at one of its ends, so one cable may have two.
    private readonly List<(string Name, string CableId)> _interfaces;
    private readonly Queue<(int Interface, long Nanoseconds, byte[] Frame)> _packets = new();
    private readonly CaptureTable _table;
    private long _last;

    internal PacketCapture(CaptureTable table, CaptureOptions options, List<(string Name, string CableId)> interfaces)
    {
        _table = table;
        Options = options;
        _interfaces = interfaces;
    }

    public CaptureOptions Options { get; }

    /// <summary>Packets kept.</summary>
    public int Count => _packets.Count;

    /// <summary>Bytes of the packets kept.</summary>
    public long Bytes { get; private set; }

    /// <summary>Packets that fell out of the ring.</summary>
    public long Dropped { get; private set; }

    /// <summary>Writes what is kept as a pcapng file (media type application/x-pcapng).</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var writer = new PcapngWriter(output);
        writer.WriteSection();
        foreach (var (name, _) in _interfaces)
            writer.WriteInterface(name);
        foreach (var (interfaceId, nanoseconds, frame) in _packets)
            writer.WritePacket(interfaceId, nanoseconds, frame);
    }

    public byte[] ToArray()
    {
        var buffer = new ArrayBufferWriter<byte>();
        WriteTo(buffer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Stops recording; what is kept stays readable.</summary>
    public void Dispose() => _table.Stop(this);

    internal bool Sees(string cableId)
    {
        foreach (var item in _interfaces)
        {
            if (item.CableId == cableId)
                return true;
        }

        return false;
    }

    internal void Add(string cableId, DateTimeOffset now, Func<byte[]> frame)
    {
        for (var i = 0; i < _interfaces.Count; i++)
        {
            if (_interfaces[i].CableId == cableId)
                Add(i, now, frame());
        }
    }

    private void Add(int interfaceId, DateTimeOffset now, byte[] frame)
    {
        // Packets of one instant are a microsecond apart, so that their order survives sorting by time.
        _last = Math.Max((now - DateTimeOffset.UnixEpoch).Ticks * 100, _last + 1000);
        _packets.Enqueue((interfaceId, _last, frame));
        Bytes += frame.Length;
        while (Bytes > Options.MaxBytes && _packets.Count > 1)
        {
            Bytes -= _packets.Dequeue().Frame.Length;
            Dropped++;
        }
    }
}
