using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Cli.Brokers;

/// <summary>Certificates and keys from files in PEM.</summary>
internal static class PemFiles
{
    /// <summary>Reads something from a file; a file that cannot be used is a mistake at a place, and null.</summary>
    public static T? Use<T>(SourceSpan place, Mistakes mistakes, Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException or FormatException)
        {
            mistakes.Add(place, BrokerConfigurationReader.FileCode, $"this file cannot be used: {failure.Message}", $"该文件无法使用：{failure.Message}", "name a readable PEM file, relative to this one", "请写出可读的 PEM 文件，路径相对于本文件");
            return null;
        }
    }

    /// <summary>Every certificate of a file.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static X509Certificate2Collection Certificates(string file)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(file);
        return all.Count > 0 ? all : throw new FormatException("it holds no certificate");
    }

    /// <summary>The first certificate of a file with its private key, and the others behind it.</summary>
    public static X509Certificate2Collection WithKey(string certificate, string key)
    {
        using var leaf = X509Certificate2.CreateFromPemFile(certificate, key);
        var all = Certificates(certificate);
        // The first is the own one; SslStream wants its key in a store of its own, not beside it.
        all.RemoveAt(0);
        all.Insert(0, X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), password: null));
        return all;
    }
}
