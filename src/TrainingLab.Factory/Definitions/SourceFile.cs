using System.Collections.ObjectModel;
using System.Buffers;
using System.Text;

namespace TrainingLab.Factory.Definitions;

/// <summary>One text file of a definition, with line endings normalised to LF.</summary>
/// <param name="Path">How messages name the file: relative to the content root, with forward slashes.</param>
/// <param name="Text">The whole text, without a byte order mark.</param>
public sealed record SourceFile(string Path, string Text)
{
    /// <summary>Longest nodeset in XML, in bytes; the largest published one has four million.</summary>
    public const int MaxNodeSetBytes = 8 * 1024 * 1024;

    /// <summary>Files in its folder that it may name, by file name: the nodesets beside a device profile.</summary>
    public IReadOnlyDictionary<string, SourceFile> Beside { get; init; } = ReadOnlyDictionary<string, SourceFile>.Empty;

    /// <summary>A file from text that is already in memory.</summary>
    public static SourceFile FromText(string path, string text) => new(Slashes(path), Normalise(text));

    /// <summary>A file from bytes that must be UTF-8; otherwise the mistake names the first bad byte's place and the answer is null.</summary>
    public static SourceFile? FromBytes(string path, ReadOnlySpan<byte> bytes, Mistakes mistakes)
    {
        path = Slashes(path);
        if (bytes.Length > LimitOf(path))
        {
            mistakes.Add(new SourceSpan(path, 1, 1), MistakeCodes.TooLarge,
                $"the file has {bytes.Length} bytes, more than the limit of {LimitOf(path)}",
                $"文件有 {bytes.Length} 字节，超过上限 {LimitOf(path)}",
                "split it, or move data out of the definition", "请拆分文件，或把数据移出定义");
            return null;
        }

        if (bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        }

        var bad = FirstInvalidByte(bytes);
        if (bad >= 0)
        {
            var before = Encoding.UTF8.GetString(bytes[..bad]);
            var line = 1 + before.Count(c => c == '\n');
            var column = before.Length - before.LastIndexOf('\n');
            mistakes.Add(new SourceSpan(path, line, column), MistakeCodes.NotUtf8,
                $"byte 0x{bytes[bad]:X2} is not valid UTF-8", $"字节 0x{bytes[bad]:X2} 不是有效的 UTF-8",
                "save the file with the encoding UTF-8", "请以 UTF-8 编码保存文件");
            return null;
        }

        return FromText(path, Encoding.UTF8.GetString(bytes));
    }

    /// <summary>Reads a file of the content root; a missing or unreadable file is a mistake, not an exception.</summary>
    /// <param name="root">The content root.</param>
    /// <param name="path">The path below it, with forward slashes.</param>
    /// <param name="mistakes">Where mistakes go.</param>
    /// <param name="name">How messages name the file; its path by default.</param>
    public static SourceFile? Read(string root, string path, Mistakes mistakes, string? name = null)
    {
        name = Slashes(name ?? path);
        var limit = LimitOf(path);
        var bytes = ArrayPool<byte>.Shared.Rent(limit + 1);
        try
        {
            using var file = File.OpenRead(System.IO.Path.Combine(root, path));
            var length = file.ReadAtLeast(bytes.AsSpan(0, limit + 1), limit + 1, throwOnEndOfStream: false);
            if (length <= limit)
            {
                return FromBytes(name, bytes.AsSpan(0, length), mistakes);
            }

            mistakes.Add(new SourceSpan(name, 1, 1), MistakeCodes.TooLarge,
                $"the file has more than {limit} bytes", $"文件超过 {limit} 字节",
                "split it, or move data out of the definition", "请拆分文件，或把数据移出定义");
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            mistakes.Add(new SourceSpan(name, 1, 1), MistakeCodes.CannotRead,
                $"the file cannot be read: {e.Message.TrimEnd('.')}", $"无法读取文件：{e.Message.TrimEnd('.')}",
                "check that it exists and may be read", "请检查文件是否存在且可读");
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>The file with those XML files of a folder on disk beside it whose names its text holds.</summary>
    /// <param name="folder">The folder that it lies in.</param>
    /// <param name="mistakes">Where mistakes go.</param>
    public SourceFile WithBeside(string folder, Mistakes mistakes)
    {
        var named = Directory.EnumerateFiles(folder, "*.xml").Where(f => Text.Contains(System.IO.Path.GetFileName(f), StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        var prefix = Path[..(Path.LastIndexOf('/') + 1)];
        var files = named.Select(f => Read("", f, mistakes, prefix + System.IO.Path.GetFileName(f))).OfType<SourceFile>().ToList();
        return files.Count == 0 ? this : this with { Beside = files.ToDictionary(static f => System.IO.Path.GetFileName(f.Path), StringComparer.Ordinal) };
    }

    private static int LimitOf(string path) => path.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) ? MaxNodeSetBytes : YamlLimits.MaxFileBytes;

    private static int FirstInvalidByte(ReadOnlySpan<byte> bytes)
    {
        var offset = 0;
        while (offset < bytes.Length)
        {
            if (Rune.DecodeFromUtf8(bytes[offset..], out _, out var consumed) != System.Buffers.OperationStatus.Done)
            {
                return offset;
            }

            offset += consumed;
        }

        return -1;
    }

    private static string Normalise(string text) =>
        text.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');

    private static string Slashes(string path) => path.Replace('\\', '/');
}
