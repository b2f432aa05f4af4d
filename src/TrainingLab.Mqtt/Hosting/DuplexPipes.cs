using System.IO.Pipelines;
using System.Net.Sockets;

namespace TrainingLab.Mqtt.Hosting;

/// <summary>
/// A plain TCP connection as a pipe: whoever awaits it goes on on his own context, one read is one receive, one flush is one send. A silent connection keeps 256 bytes.
/// Cancelling a read or a flush is final.
/// </summary>
public sealed class SocketPipe : IDuplexPipe
{
    /// <summary>Takes the socket over. Create it on the context on which it is used.</summary>
    public SocketPipe(Socket socket)
        : this(socket, StreamOf(socket))
    {
    }

    /// <summary>The pipe of a socket whose stream is there.</summary>
    internal SocketPipe(Socket socket, Stream stream)
    {
        Input = new SocketReader(socket, stream);
        Output = new SocketWriter(socket, stream);
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    /// <summary>The socket's stream, which takes it over: by the loop of sockets on which it is called, otherwise by the platform's.</summary>
    public static Stream StreamOf(Socket socket) =>
        SynchronizationContext.Current is SocketLoop loop ? loop.Take(socket) : new NetworkStream(socket, ownsSocket: true);
}

/// <summary>A stream (TLS, WebSocket) as a pipe. A silent one keeps no read buffer.</summary>
internal sealed class StreamPipe(Stream stream) : IDuplexPipe
{
    public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, useZeroByteReads: true));

    public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
}
