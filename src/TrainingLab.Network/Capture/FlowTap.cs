using TrainingLab.Network.Flows;

namespace TrainingLab.Network.Capture;

/// <summary>Turns what happens in one flow into packets for the captures that see it.</summary>
internal sealed class FlowTap
{
    public void Sent(FlowDirection direction, bool fin, bool blocked)
    {
    }

    public void Arrived(FlowDirection direction, long position, bool fin)
    {
    }

    public void Resent(FlowDirection direction)
    {
    }

    public void Reset(Flow flow)
    {
    }
}
