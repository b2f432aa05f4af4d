using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TrainingLab.Mqtt.Broker;

namespace TrainingLab.Mqtt.Authentication;

/// <summary>SCRAM-SHA-256 as a broker offers it. A name that does not exist is led through the exchange like one that does, and refused at its end.</summary>
/// <param name="find">The credentials of a user name, null when there is no such user.</param>
/// <param name="random">Fills nonces; from outside, so that a factory's run is a function of its seed.</param>
public sealed class ScramSha256Server(Func<string, ScramCredentials?> find, Action<byte[]> random) : IMqttAuthenticationMethod
{
    private readonly byte[] decoySecret = Fill(random, SHA256.HashSizeInBytes);

    /// <inheritdoc/>
    public string Name => ScramSha256.Name;

    /// <inheritdoc/>
    public MqttAuthenticationExchange Begin(MqttClientIdentity client) => new Exchange(this);

    private static byte[] Fill(Action<byte[]> random, int size)
    {
        var bytes = new byte[size];
        random(bytes);
        return bytes;
    }

    /// <summary>Credentials that nobody has, the same for a name each time.</summary>
    private ScramCredentials DecoyOf(string user)
    {
        var salt = HMACSHA256.HashData(decoySecret, Encoding.UTF8.GetBytes(user))[..16];
        return new ScramCredentials(salt, ScramCredentials.DefaultIterations, decoySecret, decoySecret);
    }

    private sealed class Exchange(ScramSha256Server server) : MqttAuthenticationExchange
    {
        private static readonly MqttAuthenticationStep Refused = new(MqttReasonCode.NotAuthorized);
        private string? user;
        private string nonce = "";
        private string signed = "";
        private ScramCredentials? credentials;

        public override ValueTask<MqttAuthenticationStep> StepAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
        {
            var text = Encoding.UTF8.GetString(data.Span);
            return new(user is null ? First(text) : Final(text));
        }

        private MqttAuthenticationStep First(string text)
        {
            // Channel binding is neither offered nor needed: "n,," or "y,,", then the bare message.
            if (!text.StartsWith("n,,", StringComparison.Ordinal) && !text.StartsWith("y,,", StringComparison.Ordinal)) return Refused;
            var bare = text[3..];
            if (ScramSha256.Attribute(bare, 'n') is not { Length: > 0 } name || ScramSha256.Attribute(bare, 'r') is not { Length: > 0 } clientNonce) return Refused;
            user = ScramSha256.Unescape(name);
            credentials = server.Find(user);
            nonce = clientNonce + Convert.ToBase64String(Fill(server.Random, 18));
            var known = credentials ?? server.DecoyOf(user);
            var answer = string.Create(CultureInfo.InvariantCulture, $"r={nonce},s={Convert.ToBase64String(known.Salt.Span)},i={known.Iterations}");
            signed = $"{bare},{answer}";
            return new MqttAuthenticationStep(MqttReasonCode.ContinueAuthentication, Encoding.UTF8.GetBytes(answer));
        }

        private MqttAuthenticationStep Final(string text)
        {
            var proofAt = text.LastIndexOf(",p=", StringComparison.Ordinal);
            if (proofAt < 0 || ScramSha256.Attribute(text, 'r') != nonce || ScramSha256.Attribute(text, 'c') is not (ScramSha256.ChannelBinding or "eSws")) return Refused;
            var proof = new byte[SHA256.HashSizeInBytes];
            if (!Convert.TryFromBase64String(text[(proofAt + 3)..], proof, out var size) || size != proof.Length || credentials is null) return Refused;
            var message = $"{signed},{text[..proofAt]}";
            var clientKey = ScramSha256.Xor(proof, ScramSha256.Sign(credentials.StoredKey.ToArray(), message));
            if (!CryptographicOperations.FixedTimeEquals(SHA256.HashData(clientKey), credentials.StoredKey.Span)) return Refused;
            var signature = ScramSha256.Sign(credentials.ServerKey.ToArray(), message);
            return new MqttAuthenticationStep(MqttReasonCode.Success, Encoding.UTF8.GetBytes($"v={Convert.ToBase64String(signature)}"), user);
        }
    }

    private Func<string, ScramCredentials?> Find => find;

    private Action<byte[]> Random => random;
}
