using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.Tests.OpcUa.Server;

public class SessionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Endpoints_come_back_under_the_host_that_the_client_used() => Bench.Run(async bench =>
    {
        var endpoints = await OpcUaClient.GetEndpointsAsync(bench.Connect(), Bench.ClientOptions with { EndpointUrl = "opc.tcp://press-7.lab:20001/x" }, bench.Time, Cancellation);
        Assert.Equal("opc.tcp://press-7.lab:20001/x", Assert.Single(endpoints).EndpointUrl);
        Assert.Equal("opc.tcp://press-7.lab:20001/x", Assert.Single(endpoints[0].Server.DiscoveryUrls!));
    });

    [Theory]
    [InlineData("operator", "secret", StatusCodes.Good)]
    [InlineData("operator", "wrong", StatusCodes.BadUserAccessDenied)]
    public void A_user_signs_in_with_a_password(string user, string password, uint expected) => Bench.Run(async bench =>
    {
        var log = new ActionLog();
        bench.Observer = log;
        bench.Options = bench.Options with
        {
            Users = static (u, p, _, _) => ValueTask.FromResult<StatusCode>(u == "operator" && p == "secret" ? StatusCodes.Good : StatusCodes.BadUserAccessDenied),
        };
        StatusCode status = StatusCodes.Good;
        try
        {
            await using var client = await bench.ConnectAsync(Bench.ClientOptions with { UserName = user, Password = password });
        }
        catch (OpcUaException e)
        {
            status = e.Status;
        }

        Assert.Equal(expected, status.Code);
        Assert.Contains($"activated {user} {new StatusCode(expected)}", log.Lines);
    });

    [Fact]
    public void Without_anonymous_sign_in_a_client_needs_a_user() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with { AllowAnonymous = false };
        var e = await Assert.ThrowsAsync<OpcUaException>(() => bench.ConnectAsync());
        Assert.Equal(StatusCodes.BadIdentityTokenRejected, e.Status.Code);
    });

    [Fact]
    public void A_session_without_requests_times_out() => Bench.Run(async bench =>
    {
        var log = new ActionLog();
        bench.Observer = log;
        await using var client = await bench.ConnectAsync(Bench.ClientOptions with { SessionTimeout = TimeSpan.FromSeconds(30) });
        bench.Step(120_000);
        Assert.Equal(1, bench.Server.SessionCount); // its own keep-alive

        // The next one falls silent: its transport is never read again.
        var silent = new SilentClient(bench);
        await silent.OpenAsync(sessionTimeout: 20_000);
        Assert.Equal(2, bench.Server.SessionCount);
        bench.Step(19_900);
        Assert.Equal(2, bench.Server.SessionCount);
        bench.Step(200);
        Assert.Equal(1, bench.Server.SessionCount);
        Assert.Contains("closed BadTimeout", log.Lines);
    });

    [Fact]
    public void Too_many_sessions_are_refused() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with { Limits = bench.Options.Limits with { MaxSessions = 1 } };
        await using var first = await bench.ConnectAsync();
        var e = await Assert.ThrowsAsync<OpcUaException>(() => bench.ConnectAsync());
        Assert.Equal(StatusCodes.BadTooManySessions, e.Status.Code);
    });

    [Fact]
    public void Tokens_are_renewed_before_they_end() => Bench.Run(async bench =>
    {
        bench.AddMachine();
        await using var client = await bench.ConnectAsync();
        bench.Step(10 * 3_600_000);
        Assert.True(client.IsConnected);
        Assert.Equal(StatusCodes.Good, (await client.ReadAsync(Bench.Id("Speed"), Cancellation)).Status.Code);
    });

    [Fact]
    public void A_restart_ends_sessions_and_moves_namespaces() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        var log = new ActionLog();
        bench.Observer = log;
        var client = await bench.ConnectAsync();
        Assert.Equal(["http://opcfoundation.org/UA/", "urn:test:server", "urn:test:machine", "urn:test:other"], await client.GetNamespacesAsync(Cancellation));
        var before = await client.ReadAsync(new NodeId(0, 2257), Cancellation);
        bench.Step(5_000);
        await bench.Server.RestartAsync(["urn:test:other", "urn:test:machine"]);
        bench.Settle();
        Assert.False(client.IsConnected);
        Assert.Contains("closed BadShutdown", log.Lines);
        await using var again = await bench.ConnectAsync();
        Assert.Equal(["http://opcfoundation.org/UA/", "urn:test:server", "urn:test:other", "urn:test:machine"], await again.GetNamespacesAsync(Cancellation));
        Assert.Equal(StatusCodes.BadNodeIdUnknown, (await again.ReadAsync(new NodeId(2, "Speed"), Cancellation)).Status.Code);
        Assert.Equal(StatusCodes.Good, (await again.ReadAsync(new NodeId(3, "Speed"), Cancellation)).Status.Code);
        Assert.Equal(new NodeId(3, "Speed"), speed.Id);
        Assert.NotEqual(before.Value, (await again.ReadAsync(new NodeId(0, 2257), Cancellation)).Value);
        var found = await again.TranslateAsync(ObjectIds.ObjectsFolder, [new QualifiedName(3, "Machine"), new QualifiedName(3, "Speed"), new QualifiedName(0, "EURange")], Cancellation);
        Assert.Equal(StatusCodes.Good, found.Status.Code);
    });

    [Fact]
    public void A_closed_server_refuses_until_it_is_restarted() => Bench.Run(async bench =>
    {
        await bench.Server.CloseAsync();
        var e = await Assert.ThrowsAsync<OpcUaException>(() => bench.ConnectAsync());
        Assert.Equal(StatusCodes.BadServerHalted, e.Status.Code);
        await bench.Server.RestartAsync();
        await using var client = await bench.ConnectAsync();
        Assert.True(client.IsConnected);
    });

    [Fact]
    public void Nothing_is_left_when_clients_have_gone() => Bench.Run(async bench =>
    {
        bench.AddMachine();
        for (var i = 0; i < 20; i++)
        {
            var client = await bench.ConnectAsync();
            await client.SubscribeAsync(100, [new WatchItem(Bench.Id("Speed"))], static _ => { }, Cancellation);
            bench.Step(250);
            await client.DisposeAsync();
        }

        bench.Step(1_000);
        Assert.Equal(0, bench.Server.SessionCount);
        Assert.Equal(0, bench.Server.ConnectionCount);
        Assert.Equal(0, bench.Time.ArmedTimers);
    });
}
