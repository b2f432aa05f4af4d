using System.Security.Cryptography;
using System.Text;

namespace TrainingLab.Labs.Records;

/// <summary>Random names and tokens.</summary>
public static class Secrets
{
    // Crockford's alphabet: no I, L, O or U, so that a code can be read out in a classroom.
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>A name for a row: 50 bits, lower case.</summary>
    public static string NewId() => RandomNumberGenerator.GetString("0123456789abcdefghjkmnpqrstvwxyz", 10);

    /// <summary>A code that people type: 8 characters, 40 bits.</summary>
    public static string NewJoinCode() => RandomNumberGenerator.GetString(Alphabet, 8);

    /// <summary>A bearer token: 256 bits, safe in URLs, headers and cookies.</summary>
    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is stored of a token. A token is random enough that no salt is needed.</summary>
    public static string HashToken(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>A join code as typed: letters that look like digits, blanks, dashes and full-width forms are forgiven.</summary>
    public static string NormaliseJoinCode(string typed)
    {
        ArgumentNullException.ThrowIfNull(typed);
        var code = new StringBuilder(typed.Length);
        foreach (var c in typed.Normalize(NormalizationForm.FormKC).ToUpperInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
                code.Append(c switch { 'O' => '0', 'I' or 'L' => '1', _ => c });
        }

        return code.ToString();
    }
}
