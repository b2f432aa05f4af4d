using System.IO.Pipelines;

namespace TrainingLab.Tests.Mqtt.Support;

/// <summary>The two ends of an in-memory connection.</summary>
internal static class PipePair
{
    public static (IDuplexPipe Client, IDuplexPipe Server) Create()
    {
        var options = new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: true);
        var up = new Pipe(options);
        var down = new Pipe(options);
        return (new End(down.Reader, up.Writer), new End(up.Reader, down.Writer));
    }

    private sealed record End(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
