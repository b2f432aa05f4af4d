using System.Net;
using System.Net.Sockets;
using System.Text;
using TrainingLab.Factory.Ports;
using TrainingLab.Tests.House;

namespace TrainingLab.Tests.Factory.Ports;

/// <summary>Real sockets into a factory: whatever one of them does, the others and the plant go on.</summary>
public sealed class Port_Block_Tests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_block_whose_ports_are_taken_closes_again()
    {
        await using var test = await TestFactory.StartAsync();
        var first = TestPorts.Take(3);
        using var taken = new TcpListener(IPAddress.Loopback, first + 2);
        taken.Start();
        await Assert.ThrowsAsync<IOException>(() => OpenAsync(test, first));
        // The ports before the taken one are free again.
        foreach (var port in new[] { first, first + 1 })
        {
            using var again = new TcpListener(IPAddress.Loopback, port);
            again.Start();
        }
    }

    [Fact]
    public async Task Closing_ends_connections_and_a_second_time_does_nothing()
    {
        await using var test = await TestFactory.StartAsync();
        var block = await OpenAsync(test);
        using var socket = await ConnectAsync(block, "broker");
        await block.DisposeAsync();
        await block.DisposeAsync();
        await AssertEndedAsync(socket);
        await Assert.ThrowsAnyAsync<SocketException>(() => ConnectAsync(block, "broker"));
        Assert.Equal("0", await FlowsOfStudentsAsync(test));
    }

    [Fact]
    public async Task Garbage_half_open_sockets_and_resets_disturb_nobody()
    {
        await using var test = await TestFactory.StartAsync();
        await using var block = await OpenAsync(test);
        foreach (var (endpoint, _) in block.Ports)
        {
            using var garbage = await ConnectAsync(block, endpoint.Name);
            await garbage.SendAsync(Encoding.ASCII.GetBytes("\u0001\u0002 garbage \r\n\r\n"), Cancel);
            using var silent = await ConnectAsync(block, endpoint.Name);
            using var halfClosed = await ConnectAsync(block, endpoint.Name);
            halfClosed.Shutdown(SocketShutdown.Send);
            using var reset = await ConnectAsync(block, endpoint.Name);
            await reset.SendAsync(new byte[] { 0x10 }, Cancel);
            reset.LingerState = new LingerOption(enable: true, seconds: 0);
            reset.Close();
        }

        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.NoContent, (await http.GetAsync(Url(block, "historian", "/ping"), Cancel)).StatusCode);
        await test.RunAsync(20);
        Assert.True(await test.QueryAsync("SELECT count(CurMachSpeed) FROM machine WHERE device = 'filler-1'") > 5);
    }

    [Fact]
    public async Task Whoever_may_not_enter_is_reset()
    {
        await using var test = await TestFactory.StartAsync();
        await using var block = await PortBlock.OpenAsync(test.Factory, IPAddress.Loopback, 0, _ => null, (_, _) => null, Cancel);
        try
        {
            using var socket = await ConnectAsync(block, "broker");
            await AssertEndedAsync(socket);
        }
        catch (SocketException e)
        {
            Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
        }
    }

    [Fact]
    public async Task What_a_socket_does_is_told_in_the_students_name()
    {
        await using var test = await TestFactory.StartAsync();
        await using var block = await OpenAsync(test);
        using var http = new HttpClient();
        var reply = await http.PostAsync(Url(block, "historian", "/write?db=plant&precision=s"), new StringContent("student value=7 1772431200"), Cancel);
        Assert.Equal(HttpStatusCode.NoContent, reply.StatusCode);
        var action = Assert.Single(test.Actions, a => a.Protocol == "historian");
        Assert.Equal("socket:student", action.Peer.Account);
        Assert.Equal(3, (int?)test.Inputs[^1].Payload["precision"]);
    }

    internal static Task<PortBlock> OpenAsync(TestFactory test, int first = 0) =>
        PortBlock.OpenAsync(test.Factory, IPAddress.Loopback, first, _ => TestFactory.Student, (_, _) => TestFactory.Student, Cancel);

    internal static async Task<Socket> ConnectAsync(PortBlock block, string endpoint)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, block.Ports.First(p => p.Endpoint.Name == endpoint).Port, Cancel);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal static string Url(PortBlock block, string endpoint, string path) =>
        FormattableString.Invariant($"http://127.0.0.1:{block.Ports.First(p => p.Endpoint.Name == endpoint).Port}{path}");

    private static async Task<string> FlowsOfStudentsAsync(TestFactory test)
    {
        var count = -1;
        await test.DoAsync(() => count = test.Factory.Context.Network.Flows.Count(f => f.Client.Account is not null));
        return FormattableString.Invariant($"{count}");
    }

    private static async Task AssertEndedAsync(Socket socket)
    {
        try
        {
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1], Cancel));
        }
        catch (SocketException)
        {
            // A reset is an end too.
        }
    }
}
