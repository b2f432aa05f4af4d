using System.IO.Pipelines;

namespace TrainingLab.Network.Flows;

/// <summary>
/// One side of a connection. Reading after a reset throws <see cref="ConnectionResetException"/>; writing after one reports completion, as a socket does.
/// Completing <see cref="Output"/> sends FIN; completing both closes this side.
/// </summary>
public sealed class PlantConnection : IDuplexPipe, IDisposable
{
    internal PlantConnection(Flow flow, PipeReader input, PipeWriter output, PlantPeer local, PlantPeer remote)
    {
        Flow = flow;
        Input = input;
        Output = output;
        Local = local;
        Remote = remote;
    }

    public Flow Flow { get; }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public PlantPeer Local { get; }

    public PlantPeer Remote { get; }

    /// <summary>Sends RST: the other side's next read throws.</summary>
    public void Abort() => Flow.Cut();

    /// <summary>Completes both directions of this side.</summary>
    public void Dispose()
    {
        Output.Complete();
        Input.Complete();
    }
}
