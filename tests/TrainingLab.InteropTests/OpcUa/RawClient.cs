using System.Net;
using System.Net.Sockets;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.InteropTests.OpcUa;

/// <summary>A client of bytes on a socket, without protection: it waits for answers only where it says so, and may do what no client does.</summary>
internal sealed class RawClient : IDisposable
{
    private uint _channel;
    private uint _token;
    private uint _sequence;
    private NodeId _session;

    public RawClient(IPEndPoint server) => Socket.Connect(server);

    public Socket Socket { get; } = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Says hello, opens a channel and signs in to a session.</summary>
    public void OpenSession(double timeoutInMs = 3_600_000)
    {
        using var hello = new UaWriter();
        hello.WriteUInt32('H' | ('E' << 8) | ('L' << 16) | ('F' << 24));
        hello.WriteInt32(0);
        new Hello(0, 65_536, 65_536, 0, 0, "opc.tcp://127.0.0.1/").Write(hello);
        hello.PatchInt32(4, hello.Length);
        Socket.Send(hello.Written);
        Receive();

        using var open = new UaWriter();
        open.WriteUInt32('O' | ('P' << 8) | ('N' << 16) | ('F' << 24));
        open.WriteInt32(0);
        open.WriteUInt32(0);
        open.WriteString("http://opcfoundation.org/UA/SecurityPolicy#None");
        open.WriteByteString(null);
        open.WriteByteString(null);
        open.WriteUInt32(++_sequence);
        open.WriteUInt32(_sequence);
        open.WriteNodeId(new NodeId(0, OpenSecureChannelRequest.TypeId));
        new RequestHeader(default, default, 1, 0, null, 0).Write(open);
        new OpenSecureChannelRequest(0, SecurityTokenRequestType.Issue, MessageSecurityMode.None, null, 3_600_000).Write(open);
        open.PatchInt32(4, open.Length);
        Socket.Send(open.Written);
        var opened = Receive();
        _channel = BitConverter.ToUInt32(opened, 8);
        var reader = new UaReader(opened.AsSpan(12));
        reader.ReadString();
        reader.ReadByteString();
        reader.ReadByteString();
        reader.ReadUInt64();
        reader.ReadNodeId();
        ResponseHeader.Read(ref reader);
        _token = OpenSecureChannelResponse.Read(ref reader).SecurityToken.TokenId;

        Send(new CreateSessionRequest(new ApplicationDescription("urn:raw", "urn:raw", "raw", ApplicationType.Client), null, null, "raw", null, null, timeoutInMs, 0));
        reader = new UaReader(Receive().AsSpan(24));
        reader.ReadNodeId();
        ResponseHeader.Read(ref reader);
        _session = CreateSessionResponse.Read(ref reader).AuthenticationToken;
        Send(new ActivateSessionRequest(default, [], null, new ExtensionObject(new AnonymousIdentityToken("anonymous")), default));
        Receive();
    }

    /// <summary>Sends a request in as many chunks as it takes.</summary>
    public void Send<T>(T request)
        where T : IServiceMessage<T>
    {
        using var body = new UaWriter();
        body.WriteNodeId(new NodeId(0, T.TypeId));
        new RequestHeader(_session, default, 1, 0, null, 0).Write(body);
        request.Write(body);
        const int room = 65_536 - 24;
        for (var at = 0; at < body.Length; at += room)
        {
            var part = body.Written[at..Math.Min(at + room, body.Length)];
            using var chunk = new UaWriter();
            chunk.WriteUInt32('M' | ('S' << 8) | ('G' << 16) | ((uint)(at + room < body.Length ? 'C' : 'F') << 24));
            chunk.WriteInt32(24 + part.Length);
            chunk.WriteUInt32(_channel);
            chunk.WriteUInt32(_token);
            chunk.WriteUInt32(++_sequence);
            chunk.WriteUInt32(2);
            chunk.WriteRaw(part);
            Socket.Send(chunk.Written);
        }
    }

    /// <summary>The next chunk, whole.</summary>
    public byte[] Receive()
    {
        var header = Take(8);
        return [.. header, .. Take(BitConverter.ToInt32(header, 4) - header.Length)];
    }

    public void Dispose() => Socket.Dispose();

    private byte[] Take(int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var got = Socket.Receive(bytes, at, count - at, SocketFlags.None);
            at += got > 0 ? got : throw new IOException("the server has closed the connection");
        }

        return bytes;
    }
}
