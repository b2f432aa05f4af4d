using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Access;
using TrainingLab.Mqtt.Authentication;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Topics;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Access;

/// <summary>Rules per user, client and topic, and the users themselves.</summary>
public sealed class AccessRules_Tests
{
    private static readonly AccessRules Rules = new(
    [
        new AccessRule("plant/#", "mes", null, Publish: false, Subscribe: true),
        new AccessRule("cmd/+/start", "mes", null, Publish: true, Subscribe: false),
        new AccessRule("users/%u/#", null, null, Publish: true, Subscribe: true),
        new AccessRule("clients/%c", null, "c1", Publish: true, Subscribe: true),
    ]);

    [Theory]
    [InlineData("mes", "x", MqttAccess.Subscribe, "plant/a", true)]
    [InlineData("mes", "x", MqttAccess.Subscribe, "plant/+/b", true)]
    [InlineData("mes", "x", MqttAccess.Subscribe, "plant/#", true)]
    [InlineData("mes", "x", MqttAccess.Subscribe, "#", false)]
    [InlineData("mes", "x", MqttAccess.Subscribe, "+/a", false)]
    [InlineData("mes", "x", MqttAccess.Publish, "plant/a", false)]
    [InlineData("mes", "x", MqttAccess.Publish, "cmd/1/start", true)]
    [InlineData("mes", "x", MqttAccess.Subscribe, "cmd/1/start", false)]
    [InlineData("op", "x", MqttAccess.Subscribe, "plant/a", false)]
    [InlineData("op", "x", MqttAccess.Publish, "users/op/a", true)]
    [InlineData("op", "x", MqttAccess.Publish, "users/mes/a", false)]
    [InlineData("+", "x", MqttAccess.Subscribe, "users/+/a", false)]
    [InlineData("#", "x", MqttAccess.Subscribe, "users/#", false)]
    [InlineData("%c", "mes", MqttAccess.Publish, "users/mes/a", false)]
    [InlineData("%c", "#", MqttAccess.Subscribe, "users/#", false)]
    [InlineData("%c", "mes", MqttAccess.Publish, "users/%c/a", true)]
    [InlineData(null, "c1", MqttAccess.Publish, "clients/c1", true)]
    [InlineData(null, "c2", MqttAccess.Publish, "clients/c2", false)]
    public void Whatever_no_rule_allows_is_denied(string? user, string client, MqttAccess access, string topic, bool allowed) =>
        Assert.Equal(allowed, Rules.Allows(new MqttClientIdentity(new MqttPeer("n", "a:1", null, TimeProvider.System), client, user), access, topic));

    [Theory]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/b/#", true)]
    [InlineData("a/+", "a/+", true)]
    [InlineData("a/+", "a/#", false)]
    [InlineData("a/b", "a/+", false)]
    [InlineData("#", "a/#", true)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("a", "a/#", false)]
    [InlineData("a/b", "a", false)]
    public void A_pattern_covers_a_filter(string pattern, string filter, bool covers) => Assert.Equal(covers, MqttTopic.Covers(pattern, filter));

    [Fact]
    public void A_changed_rule_takes_away_what_is_no_longer_allowed() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.SubscriberAsync("a", "t");
        env.Options.Authorize = (_, _, topic) => topic != "t";
        env.Broker.EnforceAccess();
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "x"));
        await env.Context.SettleAsync();
        Assert.Empty(client.Take());
        Assert.Empty(env.Broker.SubscriptionsOf("a"));
    });

    [Fact]
    public void A_changed_rule_holds_for_those_who_are_away_and_for_sessions_of_which_only_a_state_knows() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.SubscriberAsync("a", "t", MqttQoS.AtLeastOnce, clean: false);
        await client.DisconnectAsync();
        var state = env.Broker.Save();
        env.Options.Authorize = (_, _, topic) => topic != "t";
        env.Broker.EnforceAccess();
        Assert.Empty(env.Broker.SubscriptionsOf("a"));

        env.Broker.Load(state);
        Assert.Equal("t", Assert.Single(env.Broker.SubscriptionsOf("a")).Filter);
        env.Broker.EnforceAccess();
        Assert.Empty(env.Broker.SubscriptionsOf("a"));

        foreach (var session in state["sessions"]!.AsArray()) session!.AsObject().Remove("user"); // As states were before.
        env.Broker.Load(state);
        env.Broker.EnforceAccess();
        Assert.Single(env.Broker.SubscriptionsOf("a"));
        await env.ReopenAsync("a");
        Assert.Empty(env.Broker.SubscriptionsOf("a"));
    });

    [Fact]
    public void Password_guessing_is_answered_without_a_look_at_the_hash() => BrokerEnvironment.Run(async env =>
    {
        var users = new UserDirectory(
            new Dictionary<string, ScramCredentials>(StringComparer.Ordinal) { ["op"] = ScramCredentials.Of("secret", "salt"u8, iterations: 10) }, anonymous: false, env.Time);
        env.Options.Authenticate = users.AuthenticateAsync;
        for (var i = 0; i < UserDirectory.MaxFailures; i++) Assert.Equal("CONNACK BadUserNameOrPassword", await TryAsync($"guess{i}", UserDirectory.LongestDelay));
        Assert.Equal("CONNACK ServerUnavailable", await TryAsync("secret")); // ConnectionRateExceeded, which 3.1.1 cannot say
        await env.Time.AdvanceAsync(UserDirectory.FailureWindow);
        Assert.Equal("CONNACK Success", await TryAsync("secret"));
        var nobody = env.Open();
        await nobody.ConnectAsync("n");
        Assert.Equal(["CONNACK NotAuthorized"], nobody.Take());

        async Task<string> TryAsync(string password, TimeSpan wait = default)
        {
            var client = env.Open();
            await client.ConnectAsync("a", user: "op", password: System.Text.Encoding.UTF8.GetBytes(password));
            await env.Time.AdvanceAsync(wait);
            return Assert.Single(client.Take());
        }
    });

    [Theory]
    [InlineData("op")]
    [InlineData("nobody")]
    public void From_the_second_failure_on_the_answer_takes_twice_as_long_each_time(string user) => BrokerEnvironment.Run(async env =>
    {
        var users = new UserDirectory(
            new Dictionary<string, ScramCredentials>(StringComparer.Ordinal) { ["op"] = ScramCredentials.Of("secret", "salt"u8, iterations: 10) }, anonymous: false, env.Time);
        env.Options.Authenticate = users.AuthenticateAsync;
        foreach (var milliseconds in new[] { 0, 250, 500, 1000, 2000, 2000 })
        {
            var client = env.Open();
            await client.ConnectAsync("a", user: user, password: "guess"u8.ToArray());
            if (milliseconds > 0)
            {
                await env.Time.AdvanceAsync(TimeSpan.FromMilliseconds(milliseconds - 1));
                Assert.Empty(client.Take());
                await env.Time.AdvanceAsync(TimeSpan.FromMilliseconds(1));
            }
            Assert.Equal(["CONNACK BadUserNameOrPassword"], client.Take());
        }
        // Who knows his password does not wait for somebody else's guesses, and one who gives up waiting leaves nothing behind.
        var right = env.Open();
        await right.ConnectAsync("b", user: "op", password: "secret"u8.ToArray());
        Assert.Equal(["CONNACK Success"], right.Take());
        var impatient = env.Open();
        await impatient.ConnectAsync("c", user: user, password: "guess"u8.ToArray());
        await impatient.CloseAsync();
        await env.Time.AdvanceAsync(UserDirectory.LongestDelay);
        Assert.True(impatient.Served.IsCompletedSuccessfully);
    });

    [Theory]
    [InlineData("10.0.0.7:50000", "10.0.0.7:50001", true)]
    [InlineData("10.0.0.7:50000", "10.0.0.8:50000", false)]
    [InlineData("[2001:db8:1:2:aaaa::1]:50000", "[2001:db8:1:2:bbbb::2]:50000", true)]
    [InlineData("[2001:db8:1:2::1]:50000", "[2001:db8:1:3::1]:50000", false)]
    [InlineData("[::ffff:10.0.0.7]:50000", "10.0.0.7:50000", true)]
    public void Failures_count_by_address_and_of_IPv6_by_network(string one, string other, bool together)
    {
        Assert.Equal(together, UserDirectory.AddressOf(From(one)) == UserDirectory.AddressOf(From(other)));

        static MqttClientIdentity From(string address) => new(new MqttPeer("network", address, Account: null, TimeProvider.System), "c", "op");
    }

    [Fact]
    public void A_hash_is_read_back()
    {
        var credentials = ScramCredentials.Of("secret", "0123456789abcdef"u8);
        var text = credentials.ToString();
        Assert.StartsWith("SCRAM-SHA-256$4096:", text, StringComparison.Ordinal);
        Assert.True(ScramCredentials.Parse(text)!.Matches("secret"));
        Assert.False(ScramCredentials.Parse(text)!.Matches("secrets"));
        Assert.Null(ScramCredentials.Parse("secret"));
        Assert.Null(ScramCredentials.Parse(text[..^4]));
    }
}
