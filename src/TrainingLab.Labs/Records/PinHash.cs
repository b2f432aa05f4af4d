using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TrainingLab.Labs.Records;

/// <summary>Stores PINs as <c>pbkdf2-sha256$iterations$salt$hash</c>, so that the work can be raised later.</summary>
public static class PinHash
{
    /// <summary>Fewest characters of a student's PIN.</summary>
    public const int MinStudentLength = 4;

    /// <summary>Fewest characters of an instructor's password.</summary>
    public const int MinInstructorLength = 8;

    /// <summary>Most characters looked at; more is refused before any work.</summary>
    public const int MaxLength = 128;

    private const int Iterations = 210_000;
    private const int HashBytes = 32;

    // Verified against when there is no account, so that the time taken does not tell.
    private static readonly string Nobody = Create("nobody");

    /// <summary>Hashes a PIN with a new salt.</summary>
    public static string Create(string pin)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        return string.Create(CultureInfo.InvariantCulture, $"pbkdf2-sha256${Iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(Derive(pin, salt, Iterations))}");
    }

    /// <summary>Whether <paramref name="pin"/> is the one; false after the same work when <paramref name="stored"/> is null.</summary>
    public static bool Verify(string? stored, string pin)
    {
        var parts = (stored ?? Nobody).Split('$');
        if (parts is not ["pbkdf2-sha256", var iterations, var salt, var hash])
            return false;
        var derived = Derive(pin, Convert.FromBase64String(salt), int.Parse(iterations, CultureInfo.InvariantCulture));
        return CryptographicOperations.FixedTimeEquals(derived, Convert.FromBase64String(hash)) && stored is not null;
    }

    // Full-width digits from a Chinese input method are the same PIN.
    private static byte[] Derive(string pin, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(pin.Normalize(NormalizationForm.FormKC), salt, iterations, HashAlgorithmName.SHA256, HashBytes);
}
