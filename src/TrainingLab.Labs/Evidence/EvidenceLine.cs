using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace TrainingLab.Labs.Evidence;

/// <summary>One line of an evidence file: its bytes, read and written in the only form that is valid.</summary>
/// <remarks>
/// <code>
/// {"n":12,"kind":"probe","plant":"2026-03-02T06:00:01.5000000Z","wall":"2026-11-22T10:19:58.0420000Z","public":{…}
/// └──────────────────────────────── the public leaf is over these bytes ────────────────────────────────────────┘
/// ,"salt":"22 base64url characters"
/// ,"sealed":{…},"sealedSalt":"22 base64url characters"        a record with a sealed part …
/// ,"sealedHash":"64 hexadecimal digits"                       … or what a redacted copy keeps of it
/// ,"hash":"64 hexadecimal digits"                             head of the chain after this record
/// ,"signature":"86 base64url characters"                      only seal and mark: ECDSA P-256 over that head, r ‖ s
/// }⏎
/// </code>
/// Nothing is optional, no order varies and no white space is allowed outside the two parts, whose bytes are hashed as they stand. So every
/// byte of a file is either hashed, or implied, or compared with what is computed.
/// </remarks>
internal sealed record EvidenceLine
{
    /// <summary>Longest line, in bytes with its line end. The first record holds the lab's files; nothing else comes near.</summary>
    public const int MaxLength = 16 * 1024 * 1024;

    public const int MaxKindLength = 32;
    public const int SignatureLength = 64;
    private const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";
    private const int InstantLength = 28;

    public required long Number { get; init; }
    public required string Kind { get; init; }
    public required DateTimeOffset Plant { get; init; }
    public required DateTimeOffset Wall { get; init; }
    public required ReadOnlyMemory<byte> Public { get; init; }
    public required byte[] Salt { get; init; }
    public ReadOnlyMemory<byte>? Sealed { get; init; }
    public byte[]? SealedSalt { get; init; }

    /// <summary>Only in a redacted copy.</summary>
    public byte[]? SealedHash { get; init; }

    /// <summary>The head as the line states it.</summary>
    public byte[] Hash { get; init; } = [];
    public byte[]? Signature { get; init; }

    /// <summary>Computes the head of the chain after this line, from what the line holds.</summary>
    public byte[] ComputeHead(ReadOnlySpan<byte> previous)
    {
        var publicLeaf = EvidenceHash.Leaf(Salt, PublicLeafBytes().WrittenSpan);
        var sealedLeaf = SealedHash
            ?? (Sealed is { } part ? EvidenceHash.Leaf(SealedSalt, part.Span) : EvidenceHash.NoSealedPart);
        return EvidenceHash.Next(previous, publicLeaf, sealedLeaf);
    }

    /// <summary>The line as bytes, with its line end.</summary>
    public byte[] ToBytes()
    {
        var bytes = PublicLeafBytes();
        bytes.Write(",\"salt\":\""u8);
        bytes.Write(Ascii(Base64Url.EncodeToString(Salt)));
        bytes.Write("\""u8);
        if (SealedHash is not null)
        {
            bytes.Write(",\"sealedHash\":\""u8);
            bytes.Write(Ascii(Convert.ToHexStringLower(SealedHash)));
            bytes.Write("\""u8);
        }
        else if (Sealed is { } part)
        {
            bytes.Write(",\"sealed\":"u8);
            bytes.Write(part.Span);
            bytes.Write(",\"sealedSalt\":\""u8);
            bytes.Write(Ascii(Base64Url.EncodeToString(SealedSalt)));
            bytes.Write("\""u8);
        }

        bytes.Write(",\"hash\":\""u8);
        bytes.Write(Ascii(Convert.ToHexStringLower(Hash)));
        bytes.Write("\""u8);
        if (Signature is not null)
        {
            bytes.Write(",\"signature\":\""u8);
            bytes.Write(Ascii(Base64Url.EncodeToString(Signature)));
            bytes.Write("\""u8);
        }

        bytes.Write("}\n"u8);
        return bytes.WrittenSpan.ToArray();
    }

    private ArrayBufferWriter<byte> PublicLeafBytes()
    {
        var bytes = new ArrayBufferWriter<byte>(256 + Public.Length);
        var envelope = string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"n\":{Number},\"kind\":\"{Kind}\",\"plant\":\"{Text(Plant)}\",\"wall\":\"{Text(Wall)}\",\"public\":");
        bytes.Write(Ascii(envelope));
        bytes.Write(Public.Span);
        return bytes;
    }

    /// <summary>Reads a line given without its line end; the reason when it is not a record in its only valid form.</summary>
    public static EvidenceLine? Read(ReadOnlyMemory<byte> line, out string? reason)
    {
        var cursor = new Cursor(line);
        var read = new EvidenceLine
        {
            Number = cursor.After("{\"n\":").Number(),
            Kind = cursor.After(",\"kind\":\"").Name(),
            Plant = cursor.After("\",\"plant\":\"").Instant(),
            Wall = cursor.After("\",\"wall\":\"").Instant(),
            Public = cursor.After("\",\"public\":").Object(),
            Salt = cursor.After(",\"salt\":\"").Base64(EvidenceHash.SaltLength),
        };
        cursor.After("\"");
        if (cursor.At(",\"sealedHash\":\""))
        {
            read = read with { SealedHash = cursor.After(",\"sealedHash\":\"").Hexadecimal() };
            cursor.After("\"");
        }
        else if (cursor.At(",\"sealed\":"))
        {
            read = read with
            {
                Sealed = cursor.After(",\"sealed\":").Object(),
                SealedSalt = cursor.After(",\"sealedSalt\":\"").Base64(EvidenceHash.SaltLength),
            };
            cursor.After("\"");
        }

        read = read with { Hash = cursor.After(",\"hash\":\"").Hexadecimal() };
        cursor.After("\"");
        if (cursor.At(",\"signature\":\""))
        {
            read = read with { Signature = cursor.After(",\"signature\":\"").Base64(SignatureLength) };
            cursor.After("\"");
        }

        cursor.After("}").End();
        reason = cursor.Failure;
        return reason is null ? read : null;
    }

    private static string Text(DateTimeOffset instant) => instant.UtcDateTime.ToString(InstantFormat, CultureInfo.InvariantCulture);

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    /// <summary>Walks over a line; after the first failure every further step does nothing, so that the reader above stays readable.</summary>
    private sealed class Cursor(ReadOnlyMemory<byte> line)
    {
        private int position;

        public string? Failure { get; private set; }

        private ReadOnlySpan<byte> Rest => line.Span[position..];

        public bool At(string text) => Failure is null && Rest.StartsWith(Ascii(text));

        public Cursor After(string text)
        {
            if (Failure is null)
            {
                if (At(text))
                    position += text.Length;
                else
                    Fail($"expected {text} at byte {position + 1} of the line");
            }

            return this;
        }

        public long Number()
        {
            var digits = Take(static b => b is >= (byte)'0' and <= (byte)'9', 18);
            if (digits.Length == 0 || digits[0] == (byte)'0' || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return Fail("its number is not a number", 0L);
            return number;
        }

        public string Name()
        {
            var name = Take(static b => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-', MaxKindLength);
            return name.Length == 0 ? Fail("its kind is not a name", string.Empty) : Encoding.ASCII.GetString(name);
        }

        public DateTimeOffset Instant()
        {
            if (Failure is null && Rest.Length >= InstantLength)
            {
                var text = Encoding.Latin1.GetString(Rest[..InstantLength]);
                if (DateTime.TryParseExact(
                    text, InstantFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
                    && instant.ToString(InstantFormat, CultureInfo.InvariantCulture) == text)
                {
                    position += InstantLength;
                    return new DateTimeOffset(instant);
                }
            }

            return Fail("a time is not an instant", DateTimeOffset.MinValue);
        }

        public ReadOnlyMemory<byte> Object()
        {
            if (Failure is null && Rest.StartsWith("{"u8))
            {
                var reader = new Utf8JsonReader(Rest, isFinalBlock: false, default);
                try
                {
                    if (reader.Read() && reader.TrySkip())
                    {
                        var part = line.Slice(position, (int)reader.BytesConsumed);
                        position += part.Length;
                        return part;
                    }
                }
                catch (JsonException)
                {
                    // Said below, as for an object that does not end.
                }
            }

            return Fail("a part is not a JSON object", ReadOnlyMemory<byte>.Empty);
        }

        public byte[] Base64(int length)
        {
            var text = Take(static b => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'_', 100);
            var bytes = new byte[length];
            var good = Failure is null
                && Base64Url.DecodeFromUtf8(text, bytes, out _, out var written) == OperationStatus.Done && written == length
                && Base64Url.EncodeToUtf8(bytes).AsSpan().SequenceEqual(text);
            return good ? bytes : Fail("a salt or signature is not base64url of the right length", bytes);
        }

        public byte[] Hexadecimal()
        {
            var text = Take(static b => b is (>= (byte)'0' and <= (byte)'9') or (>= (byte)'a' and <= (byte)'f'), 2 * EvidenceHash.Length);
            return text.Length == 2 * EvidenceHash.Length
                ? Convert.FromHexString(Encoding.ASCII.GetString(text))
                : Fail("a hash is not 64 hexadecimal digits", Array.Empty<byte>());
        }

        public void End()
        {
            if (Failure is null && position != line.Length)
                Fail($"unexpected bytes from byte {position + 1} of the line");
        }

        private ReadOnlySpan<byte> Take(Func<byte, bool> allowed, int atMost)
        {
            if (Failure is not null)
                return [];
            var rest = Rest;
            var length = 0;
            while (length < rest.Length && length < atMost && allowed(rest[length]))
                length++;
            position += length;
            return rest[..length];
        }

        private void Fail(string reason) => Failure ??= reason;

        private T Fail<T>(string reason, T value)
        {
            Fail(reason);
            return value;
        }
    }
}
