using System.Net;
using System.Security.Cryptography;
using System.Text;
using TrainingLab.Mqtt.Authentication;
using TrainingLab.Mqtt.Broker;

namespace TrainingLab.Mqtt.Access;

/// <summary>
/// The users of a broker with their password hashes. Somebody who guesses is answered later and later from the second failure of his address on, and without a look at the hash after
/// <see cref="MaxFailures"/> failures within <see cref="FailureWindow"/>. A name that nobody has takes as long as one with a wrong password.
/// </summary>
public sealed class UserDirectory(IReadOnlyDictionary<string, ScramCredentials> users, bool anonymous, TimeProvider time)
{
    /// <summary>Failures of one address after which it has to wait.</summary>
    public const int MaxFailures = 10;

    /// <summary>For how long failures count.</summary>
    public static readonly TimeSpan FailureWindow = TimeSpan.FromMinutes(1);

    /// <summary>After how long the second failure of an address is answered; each further one after twice as long, up to <see cref="LongestDelay"/>.</summary>
    public static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest time after which a failure is answered.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);

    /// <summary>Most addresses whose failures are remembered; beyond it the oldest are forgotten first.</summary>
    private const int MaxAddresses = 10_000;

    // A password that was right once is known again by this, so that a fleet that reconnects does not cost a second of hashing.
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);
    private readonly ScramCredentials decoy = new(new byte[16], users.Values.Select(u => u.Iterations).DefaultIfEmpty(ScramCredentials.DefaultIterations).Max(), new byte[32], new byte[32]);
    private readonly Dictionary<string, byte[]> verified = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Count, long Since)> failures = new(StringComparer.Ordinal);

    /// <summary>
    /// Where a password is hashed, which takes milliseconds: given the computation and what ends the waiting for it. In place by default, as inside a factory, where everything has its order; a host on whose
    /// broker others must not wait meanwhile computes beside it. Packets behind the CONNECT wait either way.
    /// </summary>
    public Func<Func<bool>, CancellationToken, ValueTask<bool>> Hashing { get; init; } = static (compute, _) => new(compute());

    /// <summary>Told of every login that is refused here, with the code that the client gets; null (the default): nobody is.</summary>
    public Action<MqttClientIdentity, MqttReasonCode>? Refused { get; set; }

    /// <summary>The credentials of a user, for SCRAM-SHA-256.</summary>
    public ScramCredentials? Find(string user) => users.GetValueOrDefault(user);

    /// <summary>Checks a CONNECT; as <see cref="MqttBrokerOptions.Authenticate"/>.</summary>
    public async ValueTask<MqttReasonCode> AuthenticateAsync(MqttClientIdentity client, byte[]? password, CancellationToken cancellation)
    {
        MqttReasonCode reason;
        try
        {
            reason = await JudgeAsync(client, password, cancellation);
        }
        catch (OperationCanceledException)
        {
            return MqttReasonCode.NotAuthorized; // Nobody waits for it any more, and no hash was looked at.
        }
        if (reason != MqttReasonCode.Success) Refused?.Invoke(client, reason);
        return reason;
    }

    /// <summary>The same bound for a method of enhanced authentication: guesses in it count, and who has to wait is not led through it.</summary>
    public IMqttAuthenticationMethod Guard(IMqttAuthenticationMethod method) => new GuardedMethod(this, method);

    private async ValueTask<MqttReasonCode> JudgeAsync(MqttClientIdentity client, byte[]? password, CancellationToken cancellation)
    {
        if (client.Peer.CertifiedUser is not null) return MqttReasonCode.Success;
        if (client.UserName is null) return anonymous ? MqttReasonCode.Success : MqttReasonCode.NotAuthorized;
        if (anonymous && users.Count == 0) return MqttReasonCode.Success; // Nobody is known, so a name proves nothing and hinders nobody.
        var address = AddressOf(client);
        if (HasToWait(address)) return MqttReasonCode.ConnectionRateExceeded;
        var isRight = password is not null && await IsRightAsync(client.UserName, password, cancellation);
        // Guesses that are looked at side by side tell no more than those one after the other.
        if (HasToWait(address)) return MqttReasonCode.ConnectionRateExceeded;
        return isRight ? MqttReasonCode.Success : await RefuseAsync(address, MqttReasonCode.BadUserNameOrPassword, cancellation);
    }

    /// <summary>The address without its port; of IPv6 the network, in which a host may call itself as it likes.</summary>
    internal static string AddressOf(MqttClientIdentity client)
    {
        var address = client.Peer.Address[..Math.Max(0, client.Peer.Address.LastIndexOf(':'))];
        if (!address.StartsWith('[') || !IPAddress.TryParse(address.AsSpan().Trim("[]"), out var ip)) return address;
        return ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4().ToString() : Convert.ToHexString(ip.GetAddressBytes().AsSpan(0, 8));
    }

    private async ValueTask<bool> IsRightAsync(string user, byte[] password, CancellationToken cancellation)
    {
        var known = users.GetValueOrDefault(user);
        var seen = HMACSHA256.HashData(key, password);
        if (known is not null && verified.TryGetValue(user, out var right) && CryptographicOperations.FixedTimeEquals(seen, right)) return true;
        var credentials = known ?? decoy; // Takes as long, so that nobody learns which names there are.
        if (!await Hashing(() => credentials.Matches(Encoding.UTF8.GetString(password)), cancellation) || known is null) return false;
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

    /// <summary>Notes a failure and answers it, in time.</summary>
    private async ValueTask<MqttReasonCode> RefuseAsync(string address, MqttReasonCode reason, CancellationToken cancellation)
    {
        if (failures.Count >= MaxAddresses) failures.Remove(failures.MinBy(f => f.Value.Since).Key);
        var (count, since) = failures.GetValueOrDefault(address, (0, time.GetTimestamp()));
        failures[address] = (count + 1, since);
        if (count == 0) return reason;
        var delay = FirstDelay * Math.Pow(2, count - 1);
        try
        {
            await Task.Delay(delay < LongestDelay ? delay : LongestDelay, time, cancellation);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for it any more.
        }
        return reason;
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
            if (!mustWait) await users.RefuseAsync(address, step.Reason, cancellation);
            users.Refused?.Invoke(client, step.Reason);
            return step;
        }
    }
}
