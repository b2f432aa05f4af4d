using TrainingLab.OpcUa.Security;
using Xunit;

namespace TrainingLab.InteropTests.OpcUa;

/// <summary>A folder for the peer's files, gone when disposed.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("opcua-security-").FullName;

    public async Task WriteAsync(string name, ApplicationCertificate certificate)
    {
        var text = certificate.Save();
        var key = text.IndexOf("-----BEGIN PRIVATE", StringComparison.Ordinal);
        await File.WriteAllTextAsync(System.IO.Path.Combine(Path, name + ".pem"), text[..key], TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(System.IO.Path.Combine(Path, name + ".key"), text[key..], TestContext.Current.CancellationToken);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
