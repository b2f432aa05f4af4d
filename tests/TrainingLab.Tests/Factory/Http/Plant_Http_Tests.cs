using System.Net;
using System.Net.Sockets;
using System.Text;
using TrainingLab.Factory.Http;
using TrainingLab.Tests.Factory.Ports;

namespace TrainingLab.Tests.Factory.Http;

/// <summary>HTTP inside a factory, from real sockets and from machines of the plant.</summary>
public sealed class Plant_Http_Tests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_connection_serves_many_requests()
    {
        await using var test = await TestFactory.StartAsync();
        await using var block = await Port_Block_Tests.OpenAsync(test);
        using var socket = await Port_Block_Tests.ConnectAsync(block, "historian");
        for (var i = 0; i < 3; i++)
        {
            await socket.SendAsync("GET /ping HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Cancel);
            Assert.StartsWith("HTTP/1.1 204", await ReadHeadAsync(socket), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Requests_sent_at_once_are_answered_in_order()
    {
        await using var test = await TestFactory.StartAsync();
        await using var block = await Port_Block_Tests.OpenAsync(test);
        using var socket = await Port_Block_Tests.ConnectAsync(block, "historian");
        await socket.SendAsync("GET /ping HTTP/1.1\r\nHost: x\r\n\r\nGET /nothing HTTP/1.1\r\nHost: x\r\n\r\nGET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray(), Cancel);
        var all = await ReadToEndAsync(socket);
        Assert.Equal(["204", "404", "204"], all.Split("HTTP/1.1 ").Skip(1).Select(p => p[..3]));
    }

    [Fact]
    public async Task Requests_sent_at_once_inside_the_plant_are_answered_in_order()
    {
        await using var test = await TestFactory.StartAsync();
        var all = await test.DoAsync(async () =>
        {
            var pipe = await test.Factory.Context.ConnectAsync("workstation", "historian", 8086, TestFactory.Student, Cancel);
            await pipe.Output.WriteAsync("GET /ping HTTP/1.1\r\nHost: x\r\n\r\nGET /nothing HTTP/1.1\r\nHost: x\r\n\r\nGET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray(), Cancel);
            var text = new StringBuilder();
            while (true)
            {
                var read = await pipe.Input.ReadAsync(Cancel);
                foreach (var segment in read.Buffer)
                    text.Append(Encoding.ASCII.GetString(segment.Span));
                pipe.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return text.ToString();
            }
        });
        Assert.Equal(["204", "404", "204"], all.Split("HTTP/1.1 ").Skip(1).Select(p => p[..3]));
    }

    [Fact]
    public async Task A_large_body_arrives_and_one_that_is_too_large_is_refused()
    {
        await using var test = await TestFactory.StartAsync();
        await using var block = await Port_Block_Tests.OpenAsync(test);
        using var http = new HttpClient();
        var url = Port_Block_Tests.Url(block, "historian", "/write?db=plant");
        var line = "student text=\"" + new string('x', 1000) + "\" ";
        var large = string.Concat(Enumerable.Range(1, 3000).Select(i => FormattableString.Invariant($"{line}{i}\n")));
        Assert.Equal(HttpStatusCode.NoContent, (await http.PostAsync(url, new StringContent(large), Cancel)).StatusCode);
        Assert.Equal(3000, await test.QueryAsync("SELECT count(text) FROM student"));

        var tooLarge = new ByteArrayContent(new byte[PlantHttpHost.MaxBody + 1]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await http.PostAsync(url, tooLarge, Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_request_that_is_cut_off_and_a_client_that_never_reads_disturb_nobody()
    {
        await using var test = await TestFactory.StartAsync();
        await using var block = await Port_Block_Tests.OpenAsync(test);
        using var cut = await Port_Block_Tests.ConnectAsync(block, "historian");
        await cut.SendAsync("POST /write?db=plant HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf"u8.ToArray(), Cancel);
        cut.LingerState = new LingerOption(enable: true, seconds: 0);
        cut.Close();

        using var deaf = await Port_Block_Tests.ConnectAsync(block, "sw-1");
        for (var i = 0; i < 200; i++)
            await deaf.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Cancel);

        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(Port_Block_Tests.Url(block, "sw-1", "/"), Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await http.GetAsync(Port_Block_Tests.Url(block, "historian", "/ping"), Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_body_that_is_too_large_inside_the_plant_is_refused()
    {
        await using var test = await TestFactory.StartAsync();
        var reply = await test.DoAsync(async () => await PlantHttpClient.SendAsync(
            await test.Factory.Context.ConnectAsync("workstation", "historian", 8086, TestFactory.Student, Cancel), "historian", "POST", "/write?db=plant", [], new byte[PlantHttpHost.MaxBody + 1], Cancel));
        Assert.Equal(413, reply.Status);
    }

    [Fact]
    public async Task What_is_no_HTTP_is_answered_with_400()
    {
        await using var test = await TestFactory.StartAsync();
        await using var block = await Port_Block_Tests.OpenAsync(test);
        using var socket = await Port_Block_Tests.ConnectAsync(block, "historian");
        await socket.SendAsync("NOT HTTP AT ALL\r\n\r\n"u8.ToArray(), Cancel);
        Assert.StartsWith("HTTP/1.1 400", await ReadToEndAsync(socket), StringComparison.Ordinal);
    }

    private static async Task<string> ReadHeadAsync(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await socket.ReceiveAsync(buffer, Cancel) == 1)
            text.Append((char)buffer[0]);
        return text.ToString();
    }

    private static async Task<string> ReadToEndAsync(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer, Cancel) is > 0 and var count)
            text.Append(Encoding.ASCII.GetString(buffer, 0, count));
        return text.ToString();
    }
}
