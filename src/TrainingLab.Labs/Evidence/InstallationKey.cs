using System.Buffers.Text;
using System.Numerics;
using System.Security.Cryptography;

namespace TrainingLab.Labs.Evidence;

/// <summary>The installation's signing key: ECDSA on P-256. It seals evidence and signs human marks.</summary>
public sealed class InstallationKey : IDisposable
{
    private readonly ECDsa key;

    private InstallationKey(ECDsa key)
    {
        this.key = key;
        var publicKey = key.ExportSubjectPublicKeyInfo();
        PublicKey = Base64Url.EncodeToString(publicKey);
        Fingerprint = EvidenceHash.Text(SHA256.HashData(publicKey));
    }

    /// <summary>The public key as SubjectPublicKeyInfo (RFC 5280), in base64url.</summary>
    public string PublicKey { get; }

    /// <summary>SHA-256 of the public key, as <c>sha256:</c> and hexadecimal digits: what an examiner compares.</summary>
    public string Fingerprint { get; }

    /// <summary>Makes a new key.</summary>
    public static InstallationKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Opens the key in a file, or makes one there (PKCS #8, PEM) that on Unix only the owner can read.</summary>
    /// <exception cref="CryptographicException">The file holds no P-256 private key.</exception>
    public static InstallationKey OpenOrCreate(string path)
    {
        if (File.Exists(path))
            return FromPem(File.ReadAllText(path));

        var created = Create();
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new StreamWriter(path, options))
            file.Write(created.key.ExportPkcs8PrivateKeyPem());
        return created;
    }

    /// <summary>Reads a key from PKCS #8 in PEM.</summary>
    public static InstallationKey FromPem(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.KeySize != 256)
                throw new CryptographicException("The installation's key must be on the curve P-256.");
            return new InstallationKey(key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Order of the curve P-256 (NIST SP 800-186, 3.2.1.3).</summary>
    private static readonly BigInteger Order = new(Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"), isUnsigned: true, isBigEndian: true);

    /// <summary>Signs a head. Of the two signatures that would both be valid, (r, s) and (r, order − s), it is the one with the smaller s, and only that one verifies.</summary>
    internal byte[] Sign(ReadOnlySpan<byte> head)
    {
        var signature = key.SignHash(head.ToArray());
        var s = signature.AsSpan(signature.Length / 2);
        if (!IsSmall(s))
        {
            var other = Order - new BigInteger(s, isUnsigned: true, isBigEndian: true);
            s.Clear();
            other.TryWriteBytes(s[^other.GetByteCount(isUnsigned: true)..], out _, isUnsigned: true, isBigEndian: true);
        }

        return signature;
    }

    private static bool IsSmall(ReadOnlySpan<byte> s) => new BigInteger(s, isUnsigned: true, isBigEndian: true) <= Order / 2;

    internal static bool Verify(string publicKey, ReadOnlySpan<byte> head, ReadOnlySpan<byte> signature, out string fingerprint)
    {
        fingerprint = string.Empty;
        try
        {
            var bytes = Base64Url.DecodeFromChars(publicKey);
            fingerprint = EvidenceHash.Text(SHA256.HashData(bytes));
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(bytes, out var read);
            return read == bytes.Length && key.KeySize == 256 && IsSmall(signature[(signature.Length / 2)..]) && key.VerifyHash(head, signature);
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();
}
