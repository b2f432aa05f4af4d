using System.Net;
using System.Net.Sockets;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.InteropTests.OpcUa;

/// <summary>Attacks over real sockets, where the operating system's buffers take part: what one does to the server is bounded, and others are answered.</summary>
public class HostileSocketTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_thousand_half_open_connections()
    {
        await using var loopback = await LoopbackServer.StartAsync(static () => FillerServer.Create());
        await using var other = await ConnectAsync(loopback);
        var idle = new List<Socket>();
        try
        {
            for (var i = 0; i < 1_000; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(EndPointOf(loopback), Cancellation);
                await socket.SendAsync(i % 2 == 0 ? "HELF"u8.ToArray() : new byte[1], Cancellation);
                idle.Add(socket);
                if (i % 100 == 99)
                {
                    Assert.Equal(StatusCodes.Good, (await ReadAsync(other)).Code);
                    await using var late = await ConnectAsync(loopback);
                    Assert.Equal(StatusCodes.Good, (await ReadAsync(late)).Code);
                }
            }

            var open = 0;
            await loopback.Context.InvokeAsync(() => open = loopback.Server.ConnectionCount);
            Assert.InRange(open, 1, new OpcUaLimits().MaxConnections);
        }
        finally
        {
            idle.ForEach(static s => s.Dispose());
        }
    }

    [Fact]
    public async Task A_slow_reader_that_never_takes_its_answers()
    {
        await using var loopback = await LoopbackServer.StartAsync(static () => FillerServer.Create());
        await using var other = await ConnectAsync(loopback);
        using var slow = new RawClient(EndPointOf(loopback));
        slow.OpenSession();

        // Each request has an answer of half a megabyte; nothing of it is ever read. The server stops taking requests instead of keeping answers.
        slow.Socket.SendTimeout = 500;
        var sent = 0;
        try
        {
            for (; sent < 2_000; sent++)
            {
                slow.Send(new ReadRequest(0, TimestampsToReturn.Both, [.. Enumerable.Repeat(new ReadValueId(FillerServer.Id("Filler.Counts"), AttributeId.Value, null, default), 10_000)]));
            }
        }
        catch (SocketException)
        {
            // The buffers are full on all sides.
        }

        Assert.InRange(sent, 1, 1_999);
        var waiting = 0;
        await loopback.Context.InvokeAsync(() => waiting = loopback.Server.Sessions.Max(static s => s.Connection.Writer.WaitingBytes));
        var limits = new OpcUaLimits();
        Assert.InRange(waiting, 0, limits.MaxWaitingBytes + limits.MaxMessageSize);
        Assert.Equal(StatusCodes.Good, (await ReadAsync(other)).Code);
    }

    private static IPEndPoint EndPointOf(LoopbackServer loopback) => new(IPAddress.Loopback, new Uri(loopback.Url).Port);

    private static Task<SerialClient> ConnectAsync(LoopbackServer loopback) => SerialClient.ConnectAsync(EndPointOf(loopback), Cancellation);

    private static Task<StatusCode> ReadAsync(SerialClient client) => client.InvokeAsync(async c => (await c.ReadAsync(FillerServer.Id("Filler.Speed"), Cancellation)).Status);
}
