using System.Buffers;

namespace TrainingLab.Network.Capture;

/// <summary>A running or finished capture: a bounded ring of packets.</summary>
public sealed class PacketCapture : IDisposable
{
    internal PacketCapture(CaptureOptions options) => Options = options;

    public CaptureOptions Options { get; }

    /// <summary>Packets kept.</summary>
    public int Count => 0;

    /// <summary>Packets that fell out of the ring.</summary>
    public long Dropped => 0;

    /// <summary>Writes what is kept as a pcapng file (media type application/x-pcapng).</summary>
    public void WriteTo(IBufferWriter<byte> output) => ArgumentNullException.ThrowIfNull(output);

    public byte[] ToArray() => [];

    /// <summary>Stops recording; what is kept stays readable.</summary>
    public void Dispose()
    {
    }
}
