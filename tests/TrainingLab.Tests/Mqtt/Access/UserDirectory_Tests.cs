using System.Text;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Access;
using TrainingLab.Mqtt.Authentication;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Access;

/// <summary>Passwords whose hash is computed beside the broker's loop.</summary>
public class UserDirectory_Tests
{
    [Fact]
    public void While_a_password_is_hashed_others_are_served_and_what_its_client_has_sent_behind_waits() => Run(async (env, hashing) =>
    {
        var bystander = await env.ConnectAsync("bystander");
        await bystander.SubscribeAsync(1, ("t", MqttQoS.AtMostOnce));
        var client = env.Open();
        await SignInAsync(client, "op", "secret");
        await client.PublishAsync("t", "behind");
        await bystander.PingAsync();
        Assert.Equal(["SUBACK 1 0", "PINGRESP"], bystander.Take());
        Assert.Empty(client.Take());
        hashing.Let(1);
        await env.Context.SettleAsync();
        Assert.Equal(["CONNACK Success"], client.Take());
        Assert.Equal(["PUBLISH t behind"], bystander.Take());

        // What has been right once is known again without a hash.
        var again = env.Open();
        await SignInAsync(again, "op", "secret");
        Assert.Equal(["CONNACK Success"], again.Take());

    });

    [Fact]
    public void A_name_that_nobody_has_costs_as_many_hashes() => Run(async (env, hashing) =>
    {
        foreach (var user in new[] { "op", "nobody" })
        {
            var client = env.Open();
            await SignInAsync(client, user, "guess");
            Assert.Equal(1, hashing.Waiting);
            hashing.Let(1);
            await env.Time.AdvanceAsync(UserDirectory.LongestDelay);
            Assert.Equal(["CONNACK BadUserNameOrPassword"], client.Take());
        }
    });

    [Fact]
    public void Guesses_side_by_side_tell_no_more_than_those_one_after_the_other() => Run(async (env, hashing) =>
    {
        var guessing = new List<WireClient>();
        for (var i = 0; i < UserDirectory.MaxFailures + 20; i++)
        {
            guessing.Add(env.Open());
            await SignInAsync(guessing[^1], "op", i == UserDirectory.MaxFailures + 5 ? "secret" : $"guess{i}");
        }
        Assert.Equal(guessing.Count, hashing.Waiting);
        hashing.Let(guessing.Count);
        await env.Time.AdvanceAsync(UserDirectory.LongestDelay);
        var answers = guessing.ConvertAll(client => Assert.Single(client.Take()));
        Assert.Equal(UserDirectory.MaxFailures, answers.Count(a => a == "CONNACK BadUserNameOrPassword"));
        Assert.Equal(20, answers.Count(a => a == "CONNACK ServerUnavailable")); // ConnectionRateExceeded, which 3.1.1 cannot say; the right one among them
    });

    [Fact]
    public void Who_gives_up_before_his_turn_has_come_is_not_looked_at() => Run(async (env, hashing) =>
    {
        var impatient = env.Open();
        await SignInAsync(impatient, "op", "guess");
        await env.Time.AdvanceAsync(env.Options.Limits.ConnectTimeout + TimeSpan.FromSeconds(1));
        Assert.True(impatient.HasClosed());
        Assert.True(impatient.Served.IsCompletedSuccessfully);
        Assert.Equal(0, hashing.Waiting);
        Assert.Empty(hashing.Refused);
    });

    private static Task SignInAsync(WireClient client, string user, string password) => client.ConnectAsync(password, user: user, password: Encoding.UTF8.GetBytes(password));

    private static void Run(Func<BrokerEnvironment, HeldHashing, Task> test) => BrokerEnvironment.Run(env =>
    {
        var hashing = new HeldHashing();
        var users = new UserDirectory(
            new Dictionary<string, ScramCredentials>(StringComparer.Ordinal) { ["op"] = ScramCredentials.Of("secret", "salt"u8, iterations: 10) }, anonymous: true, env.Time)
        {
            Hashing = hashing.RunAsync,
            Refused = (client, reason) => hashing.Refused.Add($"{client.UserName} {reason}"),
        };
        env.Options.Authenticate = users.AuthenticateAsync;
        return test(env, hashing);
    });

    /// <summary>Computes when a test says so.</summary>
    private sealed class HeldHashing
    {
        private readonly List<TaskCompletionSource> held = [];

        public int Waiting => held.Count;

        public List<string> Refused { get; } = [];

        public async ValueTask<bool> RunAsync(Func<bool> compute, CancellationToken cancellation)
        {
            var turn = new TaskCompletionSource();
            held.Add(turn);
            using var giveUp = cancellation.Register(() =>
            {
                held.Remove(turn);
                turn.TrySetCanceled(cancellation);
            });
            await turn.Task;
            return compute();
        }

        public void Let(int count)
        {
            var next = held[..count];
            held.RemoveRange(0, count);
            foreach (var turn in next) turn.TrySetResult();
        }
    }
}
