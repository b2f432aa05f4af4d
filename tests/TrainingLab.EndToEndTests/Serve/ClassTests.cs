using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TrainingLab.Tests.Web.Fakes;

namespace TrainingLab.EndToEndTests.Serve;

/// <summary>A class of twenty on one process.</summary>
public sealed class ClassTests
{
    private const int Students = 20;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Twenty_attempts_run_at_once_and_one_cannot_reach_anothers()
    {
        await using var server = await ServerProcess.StartAsync(ports: 500);
        using var instructor = new Visitor(server.Address, "en");
        await instructor.BecomeInstructorAsync(new Uri(server.InstructorSignIn!).PathAndQuery);
        var (cohort, code) = await instructor.CreateClassAsync();
        var students = new List<(StudentAtWork Student, string Attempt)>();
        try
        {
            for (var i = 0; i < Students; i++)
            {
                // Each sits at a computer of its own: every 127.x.y.z is this machine.
                var student = new StudentAtWork(new IPAddress([127, 0, 1, (byte)(10 + i)]));
                student.MoveTo(server.Address);
                await student.Visitor.JoinAsync(code, (2026000 + i).ToString(CultureInfo.InvariantCulture));
                students.Add((student, await student.Visitor.StartAttemptAsync("network/vlan-segmentation")));
            }

            var used = server.ProcessorTime;
            var began = TimeProvider.System.GetTimestamp();
            using (var timer = new PeriodicTimer(TimeSpan.FromSeconds(10)))
                await timer.WaitForNextTickAsync(Ct);
            var share = (server.ProcessorTime - used) / TimeProvider.System.GetElapsedTime(began);
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{Students} attempts at 1x: {share:P0} of one core, {server.WorkingSet / 1e6 / Students:0.0} MB of working set per attempt"));

            await CannotReachAsync(server.Address, students[0].Student, students[1].Student, students[1].Attempt);
            Assert.Contains(students[5].Attempt, await instructor.GetAsync($"/classes/{cohort}"), StringComparison.Ordinal);
        }
        finally
        {
            foreach (var (student, _) in students)
                student.Dispose();
        }
    }

    private static async Task CannotReachAsync(Uri address, StudentAtWork attacker, StudentAtWork owner, string attempt)
    {
        var endpoints = (await owner.GetAsync($"/api/v1/attempts/{attempt}/endpoints")).AsArray();
        // API and pages: to the attacker the attempt does not exist.
        foreach (var path in new[] { "", "/scorecard", "/endpoints", "/evidence", "/evidence/file", "/capture", "/switches", "/answers" })
        {
            using var response = await attacker.Visitor.Client.GetAsync($"/api/v1/attempts/{attempt}{path}", Ct);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        using (var page = await attacker.Visitor.Client.GetAsync($"/attempts/{attempt}", Ct))
            Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        using (var events = await attacker.Visitor.Client.GetAsync($"/events?attempt={attempt}", Ct))
            Assert.Equal(HttpStatusCode.NotFound, events.StatusCode);
        // The services' HTTP paths want the attempt's own token.
        using (var service = await attacker.Visitor.Client.GetAsync($"/a/{attempt}/historian/ping", Ct))
            Assert.Equal(HttpStatusCode.Unauthorized, service.StatusCode);
        // Raw ports: from the attacker's address nothing answers, from the owner's the machine does.
        var port = new Uri((string)endpoints.First(e => (string)e!["name"]! == "historian")!["url"]!).Port;
        Assert.False(await AnswersAsync(IPAddress.Parse("127.0.1.10"), port));
        Assert.True(await AnswersAsync(IPAddress.Parse("127.0.1.11"), port));
        // SOCKS5 wants the attempt's own token too.
        var socks = new Uri(((string)endpoints.First(e => (string)e!["protocol"]! == "socks5")!["url"]!).Replace("socks5h", "http", StringComparison.Ordinal)).Port;
        Assert.False(await SocksAcceptsAsync(socks, attempt, "wrong"));
    }

    private static async Task<bool> AnswersAsync(IPAddress from, int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, Ct);
            await socket.SendAsync("GET /ping HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"u8.ToArray(), Ct);
            return await socket.ReceiveAsync(new byte[64], Ct) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<bool> SocksAcceptsAsync(int port, string user, string password)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, Ct);
        await socket.SendAsync(new byte[] { 5, 1, 2 }, Ct);
        var answer = new byte[2];
        await socket.ReceiveAsync(answer, Ct);
        byte[] login = [1, (byte)user.Length, .. System.Text.Encoding.ASCII.GetBytes(user), (byte)password.Length, .. System.Text.Encoding.ASCII.GetBytes(password)];
        await socket.SendAsync(login, Ct);
        return await socket.ReceiveAsync(answer, Ct) == 2 && answer[1] == 0;
    }
}
