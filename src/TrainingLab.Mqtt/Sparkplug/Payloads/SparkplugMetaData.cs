namespace TrainingLab.Mqtt.Sparkplug.Payloads;

/// <summary>
/// What a metric says about its value (§6.4.7):
/// <code>
/// 1 is_multi_part  bool      3 size       varint    5 file_name  text    7 md5          text
/// 2 content_type   text      4 seq        varint    6 file_type  text    8 description  text
/// </code>
/// </summary>
public sealed record SparkplugMetaData
{
    /// <summary>Whether the value is one part of a larger one.</summary>
    public bool? IsMultiPart { get; init; }

    /// <summary>The media type.</summary>
    public string? ContentType { get; init; }

    /// <summary>Size of the value in bytes.</summary>
    public ulong? Size { get; init; }

    /// <summary>Which part this is.</summary>
    public ulong? Seq { get; init; }

    /// <summary>The file's name.</summary>
    public string? FileName { get; init; }

    /// <summary>The file's type, such as <c>json</c>.</summary>
    public string? FileType { get; init; }

    /// <summary>The MD5 of the data, in hex.</summary>
    public string? Md5 { get; init; }

    /// <summary>Anything else.</summary>
    public string? Description { get; init; }

    internal static SparkplugMetaData Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtobufReader(bytes);
        var read = new SparkplugMetaData();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: read = read with { IsMultiPart = reader.ReadBool() }; break;
                case 2: read = read with { ContentType = reader.ReadString() }; break;
                case 3: read = read with { Size = reader.ReadUInt64() }; break;
                case 4: read = read with { Seq = reader.ReadUInt64() }; break;
                case 5: read = read with { FileName = reader.ReadString() }; break;
                case 6: read = read with { FileType = reader.ReadString() }; break;
                case 7: read = read with { Md5 = reader.ReadString() }; break;
                case 8: read = read with { Description = reader.ReadString() }; break;
                default: reader.Skip(); break;
            }
        }
        return read;
    }

    internal void Write(ProtobufWriter writer)
    {
        writer.Bool(1, IsMultiPart);
        writer.String(2, ContentType);
        writer.UInt64(3, Size);
        writer.UInt64(4, Seq);
        writer.String(5, FileName);
        writer.String(6, FileType);
        writer.String(7, Md5);
        writer.String(8, Description);
    }
}
