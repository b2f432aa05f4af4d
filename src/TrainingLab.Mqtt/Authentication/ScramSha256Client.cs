using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TrainingLab.Mqtt.Authentication;

/// <summary>SCRAM-SHA-256 as a client answers it; it also checks that the broker knows the password.</summary>
/// <param name="userName">The user name.</param>
/// <param name="password">The password, which does not leave this object.</param>
/// <param name="random">Fills the nonce.</param>
public sealed class ScramSha256Client(string userName, string password, Action<byte[]> random) : IMqttClientAuthentication
{
    /// <inheritdoc/>
    public string Method => ScramSha256.Name;

    /// <inheritdoc/>
    public IMqttClientAuthenticationExchange Begin() => new Exchange(userName, password, random);

    private sealed class Exchange(string userName, string password, Action<byte[]> random) : IMqttClientAuthenticationExchange
    {
        private string nonce = "";
        private string bare = "";
        private byte[] expected = [];

        public byte[] First()
        {
            var bytes = new byte[18];
            random(bytes);
            nonce = Convert.ToBase64String(bytes);
            bare = $"n={ScramSha256.Escape(userName)},r={nonce}";
            return Encoding.UTF8.GetBytes($"n,,{bare}");
        }

        public byte[]? Next(ReadOnlySpan<byte> challenge)
        {
            var text = Encoding.UTF8.GetString(challenge);
            if (ScramSha256.Attribute(text, 'r') is not { } whole || !whole.StartsWith(nonce, StringComparison.Ordinal) || whole.Length == nonce.Length) return null;
            if (ScramSha256.Attribute(text, 's') is not { } salt || !int.TryParse(ScramSha256.Attribute(text, 'i'), NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)) return null;
            if (iterations is < 1 or > ScramSha256.MaxIterations) return null;
            byte[] saltBytes;
            try
            {
                saltBytes = Convert.FromBase64String(salt);
            }
            catch (FormatException)
            {
                return null;
            }
            var salted = ScramSha256.SaltedPassword(password, saltBytes, iterations);
            var withoutProof = $"c={ScramSha256.ChannelBinding},r={whole}";
            var message = $"{bare},{text},{withoutProof}";
            var clientKey = ScramSha256.ClientKey(salted);
            var proof = ScramSha256.Xor(clientKey, ScramSha256.Sign(SHA256.HashData(clientKey), message));
            expected = ScramSha256.Sign(ScramSha256.ServerKey(salted), message);
            return Encoding.UTF8.GetBytes($"{withoutProof},p={Convert.ToBase64String(proof)}");
        }

        public bool Verify(ReadOnlySpan<byte> final)
        {
            var signature = new byte[SHA256.HashSizeInBytes];
            return ScramSha256.Attribute(Encoding.UTF8.GetString(final), 'v') is { } text
                && Convert.TryFromBase64String(text, signature, out var size) && size == signature.Length
                && CryptographicOperations.FixedTimeEquals(signature, expected);
        }
    }
}
