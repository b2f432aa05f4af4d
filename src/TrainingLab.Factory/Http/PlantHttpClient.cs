using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace TrainingLab.Factory.Http;

/// <summary>What an HTTP exchange inside the plant came to.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Headers">Header fields in order.</param>
/// <param name="Body">The body.</param>
public sealed record PlantHttpReply(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>The first header field of a name; null where there is none.</summary>
    public string? Header(string name)
    {
        foreach (var (key, value) in Headers)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
                return value;
        }

        return null;
    }
}

/// <summary>One HTTP/1.1 exchange over a connection of the plant network, on the factory's serial context (RFC 9112).</summary>
/// <remarks>HttpClient is not used here because its connection pool runs on timers and threads of its own. One request per connection.</remarks>
public static class PlantHttpClient
{
    /// <summary>Longest status line plus header fields read, in bytes.</summary>
    public const int MaxHead = 64 * 1024;

    /// <summary>Longest body read, in bytes.</summary>
    public const int MaxBody = 32 * 1024 * 1024;

    /// <summary>Sends a request and reads the answer; completes the connection.</summary>
    /// <param name="pipe">A fresh connection.</param>
    /// <param name="host">Host header.</param>
    /// <param name="method">GET and so on.</param>
    /// <param name="target">Path and query, percent-encoded.</param>
    /// <param name="headers">Further header fields; Host, Content-Length and Connection are set here.</param>
    /// <param name="body">The body; empty for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The connection ended early, or the answer is no HTTP.</exception>
    public static async ValueTask<PlantHttpReply> SendAsync(
        IDuplexPipe pipe,
        string host,
        string method,
        string target,
        IEnumerable<KeyValuePair<string, string>> headers,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken)
    {
        try
        {
            WriteHead(pipe.Output, host, method, target, headers, body.Length);
            pipe.Output.Write(body.Span);
            await pipe.Output.FlushAsync(cancellationToken);
            return await ReadAsync(pipe.Input, method, cancellationToken);
        }
        finally
        {
            await pipe.Output.CompleteAsync();
            await pipe.Input.CompleteAsync();
        }
    }

    private static void WriteHead(PipeWriter output, string host, string method, string target, IEnumerable<KeyValuePair<string, string>> headers, int length)
    {
        var head = new StringBuilder().Append(method).Append(' ').Append(target).Append(" HTTP/1.1\r\nHost: ").Append(host).Append("\r\n");
        foreach (var (name, value) in headers)
        {
            if (name.AsSpan().ContainsAny('\r', '\n') || value.AsSpan().ContainsAny('\r', '\n'))
                throw new IOException($"header {name} has a line break");
            if (!IsOurs(name))
                head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        if (length > 0 || method is "POST" or "PUT")
            head.Append("Content-Length: ").Append(length.ToString(CultureInfo.InvariantCulture)).Append("\r\n");
        head.Append("Connection: close\r\n\r\n");
        Encoding.Latin1.GetBytes(head.ToString(), output);
    }

    private static bool IsOurs(string name) =>
        name.Equals("Host", StringComparison.OrdinalIgnoreCase) || name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Connection", StringComparison.OrdinalIgnoreCase) || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Expect", StringComparison.OrdinalIgnoreCase);

    private static async ValueTask<PlantHttpReply> ReadAsync(PipeReader input, string method, CancellationToken cancellationToken)
    {
        var (status, headers) = await ReadHeadAsync(input, cancellationToken);
        var reply = new PlantHttpReply(status, headers, ReadOnlyMemory<byte>.Empty);
        if (method == "HEAD" || status is 204 or 304)
            return reply;
        if (reply.Header("Transfer-Encoding") is { } coding && coding.Contains("chunked", StringComparison.OrdinalIgnoreCase))
            return reply with { Body = await ReadChunksAsync(input, cancellationToken) };
        if (reply.Header("Content-Length") is { } text)
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > MaxBody)
                throw new IOException($"content length {text} is not acceptable");
            return reply with { Body = await ReadExactlyAsync(input, length, cancellationToken) };
        }

        return reply with { Body = await ReadToEndAsync(input, cancellationToken) };
    }

    private static async ValueTask<(int Status, List<KeyValuePair<string, string>> Headers)> ReadHeadAsync(PipeReader input, CancellationToken cancellationToken)
    {
        var status = 0;
        var headers = new List<KeyValuePair<string, string>>();
        var total = 0;
        while (true)
        {
            var line = await ReadLineAsync(input, cancellationToken);
            total += line.Length + 2;
            if (total > MaxHead)
                throw new IOException($"header fields above {MaxHead} bytes");
            if (status == 0)
            {
                var parts = line.Split(' ', 3);
                if (parts.Length < 2 || !parts[0].StartsWith("HTTP/1.", StringComparison.Ordinal) || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out status))
                    throw new IOException("the answer is no HTTP");
            }
            else if (line.Length == 0)
            {
                if (status != 100)
                    return (status, headers);
                status = 0;
                headers.Clear();
            }
            else
            {
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                if (colon <= 0)
                    throw new IOException("a header field without a colon");
                headers.Add(new(line[..colon], line[(colon + 1)..].Trim()));
            }
        }
    }

    private static async ValueTask<string> ReadLineAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            if (TryTakeLine(read.Buffer, out var line, out var rest))
            {
                input.AdvanceTo(rest);
                return line;
            }

            if (read.Buffer.Length > MaxHead)
                throw new IOException($"header fields above {MaxHead} bytes");
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
                throw new IOException("the connection ended before the answer did");
        }
    }

    private static bool TryTakeLine(ReadOnlySequence<byte> buffer, out string line, out SequencePosition rest)
    {
        var reader = new SequenceReader<byte>(buffer);
        if (reader.TryReadTo(out ReadOnlySequence<byte> bytes, (byte)'\n'))
        {
            line = Encoding.Latin1.GetString(bytes).TrimEnd('\r');
            rest = reader.Position;
            return true;
        }

        line = "";
        rest = default;
        return false;
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadExactlyAsync(PipeReader input, int length, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>(Math.Max(length, 1));
        while (body.WrittenCount < length)
        {
            var read = await input.ReadAsync(cancellationToken);
            var take = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, length - body.WrittenCount));
            foreach (var segment in take)
                body.Write(segment.Span);
            input.AdvanceTo(take.End);
            if (read.IsCompleted && body.WrittenCount < length)
                throw new IOException("the connection ended before the body did");
        }

        return body.WrittenMemory;
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadChunksAsync(PipeReader input, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>();
        while (true)
        {
            var line = await ReadLineAsync(input, cancellationToken);
            var semicolon = line.IndexOf(';', StringComparison.Ordinal);
            if (!int.TryParse(semicolon < 0 ? line : line[..semicolon], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size) || size < 0 || body.WrittenCount + (long)size > MaxBody)
                throw new IOException("a chunk of unacceptable size");
            if (size == 0)
            {
                while ((await ReadLineAsync(input, cancellationToken)).Length > 0)
                {
                }

                return body.WrittenMemory;
            }

            body.Write((await ReadExactlyAsync(input, size, cancellationToken)).Span);
            await ReadLineAsync(input, cancellationToken);
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadToEndAsync(PipeReader input, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            if (body.WrittenCount + read.Buffer.Length > MaxBody)
                throw new IOException($"a body above {MaxBody} bytes");
            foreach (var segment in read.Buffer)
                body.Write(segment.Span);
            input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return body.WrittenMemory;
        }
    }
}
