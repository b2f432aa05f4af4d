using System.Security.Cryptography;
using System.Text;
using TrainingLab.Mqtt.Authentication;
using TrainingLab.Mqtt.Broker;

namespace TrainingLab.Mqtt.Access;

/// <summary>
/// The users of a broker with their password hashes. Somebody who guesses is answered without a look at the hash after
/// <see cref="MaxFailures"/> failures from his address within <see cref="FailureWindow"/>.
/// </summary>
public sealed class UserDirectory(IReadOnlyDictionary<string, ScramCredentials> users, bool anonymous, TimeProvider time)
{
    /// <summary>Failures of one address after which it has to wait.</summary>
    public const int MaxFailures = 10;

    /// <summary>For how long failures count.</summary>
    public static readonly TimeSpan FailureWindow = TimeSpan.FromMinutes(1);

    /// <summary>Most addresses whose failures are remembered; beyond it the oldest are forgotten first.</summary>
    private const int MaxAddresses = 10_000;

    // A password that was right once is known again by this, so that a fleet that reconnects does not cost a second of hashing.
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);
    private readonly Dictionary<string, byte[]> verified = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Count, long Since)> failures = new(StringComparer.Ordinal);

    /// <summary>Told of every login that is refused here, with the code that the client gets; null (the default): nobody is.</summary>
    public Action<MqttClientIdentity, MqttReasonCode>? Refused { get; set; }

    /// <summary>The credentials of a user, for SCRAM-SHA-256.</summary>
    public ScramCredentials? Find(string user) => users.GetValueOrDefault(user);

    /// <summary>Checks a CONNECT; as <see cref="MqttBrokerOptions.Authenticate"/>.</summary>
    public ValueTask<MqttReasonCode> AuthenticateAsync(MqttClientIdentity client, byte[]? password, CancellationToken cancellation)
    {
        var reason = Judge(client, password);
        if (reason != MqttReasonCode.Success) Refused?.Invoke(client, reason);
        return new(reason);
    }

    /// <summary>The same bound for a method of enhanced authentication: guesses in it count, and who has to wait is not led through it.</summary>
    public IMqttAuthenticationMethod Guard(IMqttAuthenticationMethod method) => new GuardedMethod(this, method);

    private MqttReasonCode Judge(MqttClientIdentity client, byte[]? password)
    {
        if (client.Peer.CertifiedUser is not null) return MqttReasonCode.Success;
        if (client.UserName is null) return anonymous ? MqttReasonCode.Success : MqttReasonCode.NotAuthorized;
        if (anonymous && users.Count == 0) return MqttReasonCode.Success; // Nobody is known, so a name proves nothing and hinders nobody.
        var address = AddressOf(client);
        if (HasToWait(address)) return MqttReasonCode.ConnectionRateExceeded;
        if (password is not null && users.TryGetValue(client.UserName, out var known) && IsRight(client.UserName, password, known)) return MqttReasonCode.Success;
        Failed(address);
        return MqttReasonCode.BadUserNameOrPassword;
    }

    private static string AddressOf(MqttClientIdentity client) => client.Peer.Address[..Math.Max(0, client.Peer.Address.LastIndexOf(':'))];

    private bool IsRight(string user, byte[] password, ScramCredentials known)
    {
        var seen = HMACSHA256.HashData(key, password);
        if (verified.TryGetValue(user, out var right) && CryptographicOperations.FixedTimeEquals(seen, right)) return true;
        if (!known.Matches(Encoding.UTF8.GetString(password))) return false;
        verified[user] = seen;
        return true;
    }

    private bool HasToWait(string address)
    {
        if (!failures.TryGetValue(address, out var entry)) return false;
        if (time.GetElapsedTime(entry.Since) < FailureWindow) return entry.Count >= MaxFailures;
        failures.Remove(address);
        return false;
    }

    private void Failed(string address)
    {
        if (failures.Count >= MaxAddresses) failures.Remove(failures.MinBy(f => f.Value.Since).Key);
        var entry = failures.GetValueOrDefault(address, (0, time.GetTimestamp()));
        failures[address] = (entry.Item1 + 1, entry.Item2);
    }

    private sealed class GuardedMethod(UserDirectory users, IMqttAuthenticationMethod method) : IMqttAuthenticationMethod
    {
        public string Name => method.Name;

        public MqttAuthenticationExchange Begin(MqttClientIdentity client) => new GuardedExchange(users, client, method.Begin(client));
    }

    private sealed class GuardedExchange(UserDirectory users, MqttClientIdentity client, MqttAuthenticationExchange exchange) : MqttAuthenticationExchange
    {
        public override async ValueTask<MqttAuthenticationStep> StepAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
        {
            var address = AddressOf(client);
            var mustWait = users.HasToWait(address);
            var step = mustWait ? new MqttAuthenticationStep(MqttReasonCode.ConnectionRateExceeded) : await exchange.StepAsync(data, cancellation);
            if (step.Reason < MqttReasonCode.UnspecifiedError) return step;
            if (!mustWait) users.Failed(address);
            users.Refused?.Invoke(client, step.Reason);
            return step;
        }
    }
}
