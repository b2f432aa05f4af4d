using System.Text;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Authentication;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>SCRAM-SHA-256 by AUTH packets (MQTT 5 §4.12, RFC 5802, RFC 7677).</summary>
public sealed class Enhanced_Authentication_Tests
{
    private const string Method = "SCRAM-SHA-256";

    [Fact]
    public void The_example_of_RFC_7677_comes_out()
    {
        // RFC 7677 §3
        var salted = ScramSha256.SaltedPassword("pencil", Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);
        const string message = "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        var key = ScramSha256.ClientKey(salted);
        var proof = ScramSha256.Xor(key, ScramSha256.Sign(System.Security.Cryptography.SHA256.HashData(key), message));
        Assert.Equal("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", Convert.ToBase64String(proof));
        Assert.Equal("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", Convert.ToBase64String(ScramSha256.Sign(ScramSha256.ServerKey(salted), message)));
    }

    [Fact]
    [Mqtt5("4.12.0-2", "4.12.0-5")]
    public void The_right_password_is_accepted_and_the_broker_proves_itself() => BrokerEnvironment.Run(Options(), async env =>
    {
        var exchange = new ScramSha256Client("op", "secret", Random).Begin();
        var client = await BeginAsync(env, exchange);
        var challenge = Assert.Single(client.Take());
        Assert.StartsWith("AUTH ContinueAuthentication r=", challenge, StringComparison.Ordinal);
        await client.AuthAsync(MqttReasonCode.ContinueAuthentication, Method, exchange.Next(DataOf(challenge))!);
        var accepted = Assert.Single(client.Take());
        Assert.StartsWith("CONNACK Success", accepted, StringComparison.Ordinal);
        Assert.Contains($"method:{Method}", accepted, StringComparison.Ordinal);
        Assert.True(exchange.Verify(Encoding.UTF8.GetBytes(accepted[accepted.IndexOf("v=", StringComparison.Ordinal)..^1])));
        Assert.Equal("op", Assert.Single(env.Broker.Clients).UserName);
    });

    [Theory]
    [InlineData("op", "wrong")]
    [InlineData("nobody", "secret")]
    [Mqtt5("3.1.4-2", "3.2.2-7", "4.12.0-4", "4.13.2-1")]
    public void A_wrong_password_and_an_unknown_name_end_alike(string user, string password) => BrokerEnvironment.Run(Options(), async env =>
    {
        var exchange = new ScramSha256Client(user, password, Random).Begin();
        var client = await BeginAsync(env, exchange);
        await client.AuthAsync(MqttReasonCode.ContinueAuthentication, Method, exchange.Next(DataOf(Assert.Single(client.Take())))!);
        Assert.Equal(["CONNACK NotAuthorized"], client.Take());
        Assert.True(client.HasClosed());
    });

    [Fact]
    [Mqtt5("4.12.0-1")]
    public void An_unknown_method_is_refused() => BrokerEnvironment.Run(Options(), async env =>
    {
        var client = env.Open(version: MqttProtocolVersion.V5);
        await client.ConnectAsync("a", properties: new MqttProperties { AuthenticationMethod = "GS2-KRB5" });
        Assert.Equal(["CONNACK BadAuthenticationMethod"], client.Take());
    });

    [Fact]
    [Mqtt5("4.12.0-6")]
    public void A_client_without_a_method_is_not_asked_for_one() => BrokerEnvironment.Run(Options(), async env =>
    {
        var client = env.Open(version: MqttProtocolVersion.V5);
        await client.ConnectAsync("a");
        var answer = Assert.Single(client.Take());
        Assert.StartsWith("CONNACK Success", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("method:", answer, StringComparison.Ordinal);
    });

    [Fact]
    [Mqtt5("3.1.2-30")]
    public void Nothing_else_is_taken_before_the_end_of_the_exchange() => BrokerEnvironment.Run(Options(), async env =>
    {
        var client = await BeginAsync(env, new ScramSha256Client("op", "secret", Random).Begin());
        client.Take();
        await client.PublishAsync("t", "x");
        Assert.StartsWith("CONNACK ProtocolError", Assert.Single(client.Take()), StringComparison.Ordinal);
        Assert.True(client.HasClosed());
    });

    [Fact]
    [Mqtt5("3.2.2-8")]
    public void Silence_in_the_middle_of_it_ends_with_a_code_that_CONNACK_has() => BrokerEnvironment.Run(Options(), async env =>
    {
        var client = await BeginAsync(env, new ScramSha256Client("op", "secret", Random).Begin());
        client.Take();
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(11));
        Assert.Equal(["CONNACK UnspecifiedError"], client.Take());
        Assert.True(client.HasClosed());
    });

    [Theory]
    [InlineData("secret", "AUTH Success v=")] // [MQTT-4.12.1-1]
    [InlineData("wrong", "DISCONNECT NotAuthorized")] // [MQTT-4.12.1-2]
    [Mqtt5("4.12.1-1", "4.12.1-2")]
    public void A_client_may_authenticate_again(string password, string expected) => BrokerEnvironment.Run(Options(), async env =>
    {
        var first = new ScramSha256Client("op", "secret", Random).Begin();
        var client = await BeginAsync(env, first);
        await client.AuthAsync(MqttReasonCode.ContinueAuthentication, Method, first.Next(DataOf(Assert.Single(client.Take())))!);
        client.Take();
        var again = new ScramSha256Client("op", password, Random).Begin();
        await client.AuthAsync(MqttReasonCode.ReAuthenticate, Method, again.First());
        await client.AuthAsync(MqttReasonCode.ContinueAuthentication, Method, again.Next(DataOf(Assert.Single(client.Take())))!);
        Assert.StartsWith(expected, Assert.Single(client.Take()), StringComparison.Ordinal);
        Assert.Equal(password == "wrong", client.HasClosed());
    });

    private static MqttBrokerOptions Options()
    {
        var credentials = ScramCredentials.Of("secret", "salt"u8);
        Assert.True(credentials.Matches("secret"));
        Assert.False(credentials.Matches("Secret"));
        return new MqttBrokerOptions { AuthenticationMethods = [new ScramSha256Server(user => user == "op" ? credentials : null, Random)] };
    }

    private static void Random(byte[] bytes) => new Random(7).NextBytes(bytes);

    private static byte[] DataOf(string line) => Encoding.UTF8.GetBytes(line[line.IndexOf("r=", StringComparison.Ordinal)..]);

    private static async Task<WireClient> BeginAsync(BrokerEnvironment env, IMqttClientAuthenticationExchange exchange)
    {
        var client = env.Open(version: MqttProtocolVersion.V5);
        await client.ConnectAsync("a", properties: new MqttProperties { AuthenticationMethod = Method, AuthenticationData = exchange.First() });
        return client;
    }
}
