using TrainingLab.Network.Flows;
using TrainingLab.Network.Forwarding;

namespace TrainingLab.Network.Capture;

/// <summary>The active captures.</summary>
internal sealed class CaptureTable(NetworkState state, ConnectionTable connections, DatagramTable datagrams, PlantNetworkOptions options)
{
    public IReadOnlyCollection<PacketCapture> Active => [];

    public PacketCapture Start(CaptureOptions capture)
    {
        _ = (state, connections, datagrams, options);
        return new PacketCapture(capture);
    }

    public void Stop()
    {
    }
}
