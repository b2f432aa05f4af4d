using System.Buffers.Text;
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

    internal byte[] Sign(ReadOnlySpan<byte> head) => key.SignHash(head.ToArray());

    internal static bool Verify(string publicKey, ReadOnlySpan<byte> head, ReadOnlySpan<byte> signature, out string fingerprint)
    {
        fingerprint = string.Empty;
        try
        {
            var bytes = Base64Url.DecodeFromChars(publicKey);
            fingerprint = EvidenceHash.Text(SHA256.HashData(bytes));
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(bytes, out var read);
            return read == bytes.Length && key.KeySize == 256 && key.VerifyHash(head, signature);
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();
}
