using System.Buffers;
using System.IO.Pipelines;
using TrainingLab.Simulation.Time;

namespace TrainingLab.Factory.Ports;

/// <summary>A plant connection for use outside its factory: two pumps on the factory's scheduler carry bytes to and from pipes that any thread may use.</summary>
internal sealed class OutsideTransport : IDuplexPipe
{
    private const int Window = 64 * 1024;

    private readonly Pipe inward;
    private readonly Pipe outward;

    public OutsideTransport(IDuplexPipe plant, SerialScheduler scheduler)
    {
        inward = new Pipe(new PipeOptions(
            readerScheduler: scheduler.PipeScheduler, writerScheduler: PipeScheduler.ThreadPool, pauseWriterThreshold: Window, resumeWriterThreshold: Window / 2, useSynchronizationContext: false));
        outward = new Pipe(new PipeOptions(
            readerScheduler: PipeScheduler.ThreadPool, writerScheduler: scheduler.PipeScheduler, pauseWriterThreshold: Window, resumeWriterThreshold: Window / 2, useSynchronizationContext: false));
        scheduler.Post(_ => _ = CopyAsync(inward.Reader, plant.Output), null);
        scheduler.Post(_ => _ = CopyAsync(plant.Input, outward.Writer), null);
    }

    public PipeReader Input => outward.Reader;

    public PipeWriter Output => inward.Writer;

    private static async Task CopyAsync(PipeReader from, PipeWriter to)
    {
        Exception? failure = null;
        try
        {
            while (true)
            {
                var read = await from.ReadAsync();
                foreach (var segment in read.Buffer)
                    to.Write(segment.Span);
                from.AdvanceTo(read.Buffer.End);
                var flush = await to.FlushAsync();
                if (read.IsCompleted || read.IsCanceled || flush.IsCompleted)
                    break;
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            failure = e;
        }

        await from.CompleteAsync(failure);
        await to.CompleteAsync(failure);
    }
}
