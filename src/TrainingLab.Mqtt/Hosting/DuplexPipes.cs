using System.IO.Pipelines;
using System.Net.Sockets;

namespace TrainingLab.Mqtt.Hosting;

/// <summary>
/// A plain TCP connection as a pipe: whoever awaits it goes on on his own context, one read is one receive, one flush is one send. A silent connection keeps 256 bytes.
/// Cancelling a read or a flush is final.
/// </summary>
public sealed class SocketPipe(Socket socket) : IDuplexPipe
{
    public PipeReader Input { get; } = new SocketReader(socket);

    public PipeWriter Output { get; } = new SocketWriter(socket);
}

/// <summary>A stream (TLS, WebSocket) as a pipe. A silent one keeps no read buffer.</summary>
internal sealed class StreamPipe(Stream stream) : IDuplexPipe
{
    public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, useZeroByteReads: true));

    public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
}
