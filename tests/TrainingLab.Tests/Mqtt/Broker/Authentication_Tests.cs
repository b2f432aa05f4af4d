using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>User name and password (MQTT 3.1.1 §3.1.3.4, §3.1.3.5) and how refusals are answered (§3.2.2.3).</summary>
public class Authentication_Tests
{
    private static MqttBrokerOptions Guarded() => new()
    {
        Authenticate = async (client, password, cancellation) =>
        {
            await Task.Yield();
            if (client.UserName is null) return MqttReasonCode.NotAuthorized;
            return client.UserName == "op" && password is not null && password.AsSpan().SequenceEqual("right"u8)
                ? MqttReasonCode.Success
                : MqttReasonCode.BadUserNameOrPassword;
        },
    };

    [Theory]
    [InlineData("op", "right", "Success", false)]
    [InlineData("op", "wrong", "BadUserNameOrPassword", true)]
    [InlineData("op", null, "BadUserNameOrPassword", true)]
    [InlineData("op", "", "BadUserNameOrPassword", true)]
    [InlineData("", "right", "BadUserNameOrPassword", true)]
    [InlineData(null, null, "NotAuthorized", true)]
    [Mqtt311("3.2.2-5")]
    public void Credentials_decide(string? user, string? password, string code, bool closed) => BrokerEnvironment.Run(Guarded(), async env =>
    {
        var client = env.Open();
        await client.ConnectAsync("a", user: user, password: password is null ? null : System.Text.Encoding.UTF8.GetBytes(password));
        Assert.Equal([$"CONNACK {code}"], client.Take());
        Assert.Equal(closed, client.HasClosed());
        Assert.Equal([$"connect a {user} {code}"], env.Observer.Lines);
    });

    [Fact]
    [Mqtt311("3.2.2-4")]
    public void A_refused_client_does_not_disturb_the_one_with_its_identifier() => BrokerEnvironment.Run(Guarded(), async env =>
    {
        var owner = env.Open();
        await owner.ConnectAsync("a", clean: false, user: "op", password: "right"u8.ToArray());
        var thief = env.Open();
        await thief.ConnectAsync("a", clean: true, user: "op", password: "guess"u8.ToArray());
        Assert.Equal("20020004", thief.TakeHex()); // No session present, though there is one.
        Assert.True(thief.HasClosed());
        Assert.False(owner.HasClosed());
        Assert.Equal(["a"], env.Broker.Sessions);
    });

    [Theory]
    [InlineData(MqttProtocolVersion.V311, "100D 00044D515454 04 02 0000 0001 61" + "3103 0001 78")]
    [InlineData(MqttProtocolVersion.V5, "100E 00044D515454 05 02 0000 00 0001 61" + "3104 0001 78 00")]
    [Mqtt311("3.1.4-5"), Mqtt5("3.1.4-6")]
    public void What_a_refused_client_sends_behind_its_CONNECT_is_not_read(MqttProtocolVersion version, string hex) => BrokerEnvironment.Run(Guarded(), async env =>
    {
        var client = env.Open(version: version);
        await client.SendHexAsync(hex);
        Assert.Equal(["CONNACK NotAuthorized"], client.Take());
        Assert.Empty(env.Broker.Retained("#"));
    });

    [Fact]
    public void A_client_that_leaves_while_it_is_checked_leaves_nothing_behind()
    {
        var answer = new TaskCompletionSource<MqttReasonCode>();
        var options = new MqttBrokerOptions { Authenticate = (_, _, cancellation) => new ValueTask<MqttReasonCode>(answer.Task) };
        BrokerEnvironment.Run(options, async env =>
        {
            using var stop = new CancellationTokenSource();
            var client = env.Open(cancellation: stop.Token);
            await client.ConnectAsync("a");
            stop.Cancel();
            answer.SetResult(MqttReasonCode.Success);
            await env.Context.SettleAsync();
            Assert.True(client.Served.IsCompletedSuccessfully);
            Assert.Empty(env.Broker.Clients);
            Assert.Empty(env.Broker.Sessions);
        });
    }
}
