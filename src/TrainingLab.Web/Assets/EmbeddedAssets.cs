using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace TrainingLab.Web.Assets;

/// <summary>
/// Styles, scripts and pictures out of the assembly, under one path that names their common hash: they never change there, so browsers keep
/// them for good, and modules import each other by relative paths.
/// </summary>
public sealed class EmbeddedAssets
{
    private const string Prefix = "wwwroot/";
    private readonly Dictionary<string, Asset> _assets = new(StringComparer.Ordinal);

    /// <summary>Reads all assets of this assembly.</summary>
    public EmbeddedAssets()
    {
        var assembly = typeof(EmbeddedAssets).Assembly;
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var asset = Read(assembly, name);
            _assets[name[Prefix.Length..]] = asset;
            all.AppendData(System.Text.Encoding.UTF8.GetBytes(name));
            all.AppendData(asset.Content);
        }

        Version = Convert.ToHexStringLower(all.GetHashAndReset())[..12];
    }

    /// <summary>Hash of everything.</summary>
    public string Version { get; }

    /// <summary>Paths below <c>wwwroot</c>.</summary>
    public IReadOnlyCollection<string> Paths => _assets.Keys;

    /// <summary>Where the page finds an asset.</summary>
    /// <exception cref="KeyNotFoundException">There is no such asset: a mistake in a component.</exception>
    public string Url(string path) => _assets.ContainsKey(path) ? $"/assets/{Version}/{path}" : throw new KeyNotFoundException($"No asset '{path}'.");

    /// <summary>Serves them.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/assets/{version}/{**path}", Serve).ExcludeFromDescription();
        routes.MapGet("/favicon.ico", (HttpContext context) => Serve(context, "", "favicon.svg")).ExcludeFromDescription();
    }

    private IResult Serve(HttpContext context, string version, string path)
    {
        if (!_assets.TryGetValue(path, out var asset))
            return Results.NotFound();
        var headers = context.Response.Headers;
        headers.CacheControl = version == Version ? "public, max-age=31536000, immutable" : "no-cache";
        headers.Vary = HeaderNames.AcceptEncoding;
        var zipped = asset.Zipped is not null && context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (zipped)
            headers.ContentEncoding = "gzip";
        return Results.Bytes(zipped ? asset.Zipped! : asset.Content, asset.ContentType, entityTag: new EntityTagHeaderValue($"\"{asset.Hash}{(zipped ? "z" : "")}\""));
    }

    private static Asset Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        var content = memory.ToArray();
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(content);
        var type = Path.GetExtension(name) switch
        {
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => "application/octet-stream",
        };
        return new Asset(content, zipped.Length < content.Length ? zipped.ToArray() : null, type, Convert.ToHexStringLower(SHA256.HashData(content))[..16]);
    }

    private sealed record Asset(byte[] Content, byte[]? Zipped, string ContentType, string Hash);
}
