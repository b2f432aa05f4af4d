using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions;

/// <summary>
/// Everything that defines a lab: its own files, its scenario and the device profiles in it, line endings normalised. Its hash is the
/// lab's version. Evidence carries it in the sealed part of its first record, so that grading again needs no file.
/// </summary>
public sealed class DefinitionBundle
{
    private const int FormatVersion = 1;
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Bundles files.</summary>
    /// <param name="lab">The lab's id.</param>
    /// <param name="files">The files; a path occurs once.</param>
    public DefinitionBundle(string lab, IEnumerable<SourceFile> files)
    {
        Lab = lab;
        Files = files.ToImmutableSortedDictionary(f => f.Path, f => f, StringComparer.Ordinal);
        Version = "sha256:" + Convert.ToHexStringLower(Hash());
    }

    /// <summary>The lab's id.</summary>
    public string Lab { get; }

    /// <summary>The files by path below the content root.</summary>
    public ImmutableSortedDictionary<string, SourceFile> Files { get; }

    /// <summary>The lab's version: <c>sha256:</c> and 64 hexadecimal digits over all paths and texts.</summary>
    public string Version { get; }

    /// <summary>What a student may read of it: guides and pictures; never the lab file, submissions, scenario or devices.</summary>
    public IEnumerable<SourceFile> StudentFiles =>
        Files.Values.Where(f => f.Path.EndsWith(".md", StringComparison.Ordinal) || f.Path.EndsWith(".svg", StringComparison.Ordinal));

    /// <summary>The bundle as bytes for evidence: JSON in UTF-8.</summary>
    public byte[] ToBytes()
    {
        var files = new JsonObject(Files.Values.Select(f => KeyValuePair.Create(f.Path, (JsonNode?)f.Text)));
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["v"] = FormatVersion, ["lab"] = Lab, ["files"] = files }, s_json);
    }

    /// <summary>Restores a bundle from evidence.</summary>
    /// <exception cref="FormatException">The bytes are not a bundle of a version that this program knows.</exception>
    public static DefinitionBundle FromBytes(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var json = JsonNode.Parse(bytes)!.AsObject();
            if (json["v"]?.GetValue<int>() != FormatVersion)
            {
                throw new FormatException($"The definition bundle has version {json["v"]}, this program knows {FormatVersion}.");
            }

            return new DefinitionBundle(
                json["lab"]!.GetValue<string>(),
                json["files"]!.AsObject().Select(f => SourceFile.FromText(f.Key, f.Value!.GetValue<string>())));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException or ArgumentException)
        {
            throw new FormatException("The bytes are not a definition bundle.", e);
        }
    }

    // For each file in ordinal order of paths: path NUL length-of-text NUL text. Independent of how the bundle is serialised.
    private byte[] Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(Lab + "\0"));
        foreach (var file in Files.Values)
        {
            var text = Encoding.UTF8.GetBytes(file.Text);
            hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{file.Path}\0{text.Length}\0")));
            hash.AppendData(text);
        }

        return hash.GetHashAndReset();
    }
}
