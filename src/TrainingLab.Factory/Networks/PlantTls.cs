using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using TrainingLab.Simulation.Time;

namespace TrainingLab.Factory.Networks;

/// <summary>TLS over a connection inside a factory, on either side: what <see cref="SslStream"/> does with it is one step of the factory, so runs stay repeatable.</summary>
/// <remarks>
/// SslStream awaits the stream below it without a context, which would take it off the factory's turn. So that stream completes a read only on the turn and while no context is set: then .NET
/// continues in place. What is awaited here comes back to the turn as usual. Used on the factory's scheduler only.
/// </remarks>
internal sealed class PlantTls : IDuplexPipe
{
    /// <summary>Most bytes of a read; a TLS record has 16 KiB.</summary>
    private const int ReadSize = 16 * 1024;

    private readonly Pipe received;
    private readonly Pipe sent;
    private readonly TlsBytes bytes;
    private readonly SslStream stream;

    private PlantTls(IDuplexPipe plant, SerialScheduler scheduler)
    {
        received = new Pipe(new PipeOptions(readerScheduler: scheduler.PipeScheduler, writerScheduler: scheduler.PipeScheduler, useSynchronizationContext: false));
        sent = new Pipe(new PipeOptions(readerScheduler: scheduler.PipeScheduler, writerScheduler: scheduler.PipeScheduler, useSynchronizationContext: false));
        bytes = new TlsBytes(plant, scheduler);
        stream = new SslStream(bytes, leaveInnerStreamOpen: true);
    }

    /// <inheritdoc/>
    public PipeReader Input => received.Reader;

    /// <inheritdoc/>
    public PipeWriter Output => sent.Writer;

    /// <summary>The certificate that the peer has shown; null for none.</summary>
    public X509Certificate2? PeerCertificate { get; private set; }

    /// <summary>Complete when everything has been sent after <see cref="Output"/> was completed, and the plant's connection is closed.</summary>
    public Task Closed { get; private set; } = Task.CompletedTask;

    /// <summary>Shakes hands as a server. The plant's connection is closed where it does not come to that.</summary>
    /// <exception cref="IOException">The peer was not accepted, did not accept, went away, or took too long.</exception>
    public static Task<PlantTls> AcceptAsync(IDuplexPipe plant, SslServerAuthenticationOptions options, SerialScheduler scheduler, CancellationToken cancellation) =>
        OpenAsync(plant, scheduler, stream => stream.AuthenticateAsServerAsync(options, CancellationToken.None), cancellation);

    /// <summary>Shakes hands as a client. The plant's connection is closed where it does not come to that.</summary>
    /// <exception cref="IOException">The peer was not accepted, did not accept, went away, or took too long.</exception>
    public static Task<PlantTls> ConnectAsync(IDuplexPipe plant, SslClientAuthenticationOptions options, SerialScheduler scheduler, CancellationToken cancellation) =>
        OpenAsync(plant, scheduler, stream => stream.AuthenticateAsClientAsync(options, CancellationToken.None), cancellation);

    private static async Task<PlantTls> OpenAsync(IDuplexPipe plant, SerialScheduler scheduler, Func<SslStream, Task> authenticate, CancellationToken cancellation)
    {
        var tls = new PlantTls(plant, scheduler);
        try
        {
            using (cancellation.UnsafeRegister(static b => ((TlsBytes)b!).End(), tls.bytes))
                await authenticate(tls.stream);
            tls.PeerCertificate = tls.stream.RemoteCertificate is { } certificate ? X509CertificateLoader.LoadCertificate(certificate.GetRawCertData()) : null;
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // The alert still has to go.
            await tls.bytes.DrainAsync();
            await tls.CloseAsync();
            throw failure as IOException ?? new IOException(failure.InnerException?.Message ?? failure.Message, failure);
        }

        _ = tls.ReceiveAsync();
        tls.Closed = tls.SendAsync();
        return tls;
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                var read = await stream.ReadAsync(received.Writer.GetMemory(ReadSize), CancellationToken.None);
                received.Writer.Advance(read);
                var flush = await received.Writer.FlushAsync(CancellationToken.None);
                if (read == 0 || flush.IsCompleted)
                    break;
            }
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException or AuthenticationException)
        {
            // The connection was cut, or brought something that is no TLS: it has ended.
        }

        await received.Writer.CompleteAsync();
    }

    private async Task SendAsync()
    {
        var isTaken = true;
        while (true)
        {
            var read = await sent.Reader.ReadAsync(CancellationToken.None);
            // A peer that takes no more may still have something to say, so it is the owner who ends the connection.
            isTaken = isTaken && await TryAsync(async () =>
            {
                foreach (var segment in read.Buffer)
                    await stream.WriteAsync(segment, CancellationToken.None);
            });
            sent.Reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }

        if (isTaken)
            await TryAsync(stream.ShutdownAsync);
        await sent.Reader.CompleteAsync();
        await CloseAsync();
    }

    /// <summary>Writes something; false when nobody takes it any more.</summary>
    private async Task<bool> TryAsync(Func<Task> write)
    {
        try
        {
            await write();
            return await bytes.DrainAsync();
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException or AuthenticationException)
        {
            return false;
        }
    }

    private async Task CloseAsync()
    {
        bytes.End();
        await bytes.CloseAsync();
        await stream.DisposeAsync();
    }
}
