using System.IO.Pipelines;
using System.Net.Sockets;

namespace TrainingLab.Mqtt.Hosting;

/// <summary>A plain TCP connection as a pipe.</summary>
internal sealed class SocketPipe(Socket socket) : IDuplexPipe
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
