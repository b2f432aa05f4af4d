using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TrainingLab.OpcUa.Security;

/// <summary>
/// A store in a folder, laid out as other servers do it: <c>trusted/certs</c>, <c>trusted/crl</c>, <c>issuers/certs</c>, <c>issuers/crl</c> and <c>rejected</c>, with DER or PEM
/// files of any name. It is read anew each time, so that moving a file from <c>rejected</c> to <c>trusted/certs</c> takes effect at the next connection. A file that is no
/// certificate is passed over.
/// </summary>
public sealed class PkiFolder(string folder) : ICertificateStore
{
    /// <summary>Most files read from one folder.</summary>
    public const int MaxFiles = 500;

    private const long MaxFileLength = RevocationList.MaxBytes;

    /// <inheritdoc/>
    public TrustLists Lists => new(
        Certificates(Path.Combine(folder, "trusted", "certs")), Crls(Path.Combine(folder, "trusted", "crl")),
        Certificates(Path.Combine(folder, "issuers", "certs")), Crls(Path.Combine(folder, "issuers", "crl")));

    /// <inheritdoc/>
    public IReadOnlyList<X509Certificate2> Rejected => Certificates(Path.Combine(folder, "rejected"));

    /// <summary>Makes the folders that are not there yet.</summary>
    public void Create()
    {
        foreach (var part in (ReadOnlySpan<string>)["trusted/certs", "trusted/crl", "issuers/certs", "issuers/crl", "rejected"])
        {
            Directory.CreateDirectory(Path.Combine(folder, part));
        }
    }

    /// <inheritdoc/>
    public void Replace(TrustLists lists)
    {
        ArgumentNullException.ThrowIfNull(lists);
        Create();
        Write(Path.Combine(folder, "trusted", "certs"), "der", lists.Trusted.Select(static c => c.RawData));
        Write(Path.Combine(folder, "trusted", "crl"), "crl", lists.TrustedCrls.Select(static c => c.RawData));
        Write(Path.Combine(folder, "issuers", "certs"), "der", lists.Issuers.Select(static c => c.RawData));
        Write(Path.Combine(folder, "issuers", "crl"), "crl", lists.IssuerCrls.Select(static c => c.RawData));
    }

    /// <inheritdoc/>
    public void Reject(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        Create();
        var rejected = new DirectoryInfo(Path.Combine(folder, "rejected"));
        var files = rejected.GetFiles();
        if (files.Length >= MemoryCertificateStore.MaxRejected)
        {
            files.MinBy(static f => f.LastWriteTimeUtc)!.Delete();
        }

        File.WriteAllBytes(Path.Combine(rejected.FullName, NameOf(certificate.RawData) + ".der"), certificate.RawData);
    }

    private static string NameOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..40];

    private static void Write(string path, string extension, IEnumerable<byte[]> items)
    {
        foreach (var file in Directory.GetFiles(path))
        {
            File.Delete(file);
        }

        foreach (var item in items)
        {
            File.WriteAllBytes(Path.Combine(path, $"{NameOf(item)}.{extension}"), item);
        }
    }

    private static List<X509Certificate2> Certificates(string path)
    {
        var found = new List<X509Certificate2>();
        foreach (var bytes in Files(path))
        {
            try
            {
                found.Add(X509CertificateLoader.LoadCertificate(bytes));
            }
            catch (CryptographicException)
            {
                // Something else that somebody left there.
            }
        }

        return found;
    }

    private static List<RevocationList> Crls(string path)
    {
        var found = new List<RevocationList>();
        foreach (var bytes in Files(path))
        {
            try
            {
                found.Add(RevocationList.Read(Der(bytes)));
            }
            catch (InvalidDataException)
            {
                // Something else that somebody left there.
            }
        }

        return found;
    }

    private static byte[] Der(byte[] bytes)
    {
        if (bytes is [(byte)'-', ..] && System.Text.Encoding.ASCII.GetString(bytes) is var text && PemEncoding.TryFind(text, out var fields))
        {
            return Convert.FromBase64String(text[fields.Base64Data]);
        }

        return bytes;
    }

    private static IEnumerable<byte[]> Files(string path) => !Directory.Exists(path)
        ? []
        : new DirectoryInfo(path).EnumerateFiles().Where(static f => f.Length <= MaxFileLength).OrderBy(static f => f.Name, StringComparer.Ordinal).Take(MaxFiles).Select(static f => File.ReadAllBytes(f.FullName));
}
