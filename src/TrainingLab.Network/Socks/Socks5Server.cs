using System.Buffers;
using System.IO.Pipelines;
using TrainingLab.Network.Flows;

namespace TrainingLab.Network.Socks;

/// <summary>SOCKS version 5 (RFC 1928) with user name and password (RFC 1929) and the CONNECT command.</summary>
/// <param name="authenticate">Returns where this user enters, or null to refuse him.</param>
/// <param name="connectionTime">Timers of the outer connection: wire time for a real socket.</param>
public sealed class Socks5Server(Func<string, string, ValueTask<Socks5Entry?>> authenticate, TimeProvider connectionTime)
{
    private delegate SocksRead Reader<T>(ref SequenceReader<byte> reader, out T message);

    /// <summary>How long the user has for greeting, login and request together before the connection is closed. Default 10 s.</summary>
    public TimeSpan NegotiationTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Serves one connection until it has ended. Never throws for what the peer sends.</summary>
    /// <param name="abort">Resets the outer transport; null completes it.</param>
    public async Task ServeAsync(IDuplexPipe transport, Action? abort, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transport);
        try
        {
            var (entry, target, port) = await NegotiateAsync(transport, cancellationToken);
            if (entry is not null)
                await ConnectAsync(transport, abort, entry, target, port, cancellationToken);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The peer is gone, or took too long.
        }

        await Bridge.CompleteAsync(transport);
    }

    private async Task<(Socks5Entry? Entry, string Target, int Port)> NegotiateAsync(IDuplexPipe transport, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(NegotiationTimeout, connectionTime);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var (output, stop) = (transport.Output, either.Token);
        if (await ReadAsync<Greeting>(transport.Input, Greeting.TryRead, stop) is not { Complete: true } greeting)
            return default;
        if (!greeting.Message.OffersUserPassword)
        {
            new MethodChoice(Socks5.NoAcceptableMethod).Write(output);
            await output.FlushAsync(stop);
            return default;
        }

        new MethodChoice(Socks5.UserPasswordMethod).Write(output);
        await output.FlushAsync(stop);
        if (await ReadAsync<UserPassword?>(transport.Input, UserPassword.TryRead, stop) is not { Complete: true, Message: { } login })
            return default;
        var entry = await authenticate(login.User, login.Password);
        new UserPasswordStatus(entry is not null).Write(output);
        await output.FlushAsync(stop);
        if (entry is null || await ReadAsync<SocksRequest?>(transport.Input, SocksRequest.TryRead, stop) is not { Complete: true, Message: { } request })
            return default;
        if (request.Command == Socks5.ConnectCommand && request.Target is { } target)
            return (entry, target, request.Port);
        new SocksReply(request.AddressTypeKnown && request.Command != Socks5.ConnectCommand
            ? SocksReplyCode.CommandNotSupported
            : SocksReplyCode.AddressTypeNotSupported).Write(output);
        await output.FlushAsync(stop);
        return default;
    }

    private static async Task ConnectAsync(
        IDuplexPipe transport, Action? abort, Socks5Entry entry, string target, int port, CancellationToken cancellationToken)
    {
        var connection = await entry.Connect(target, port, cancellationToken);
        var relayed = false;
        try
        {
            new SocksReply(SocksReply.CodeOf(connection.Status, connection.Refusal), connection.BoundAddress, connection.BoundPort).Write(transport.Output);
            await transport.Output.FlushAsync(cancellationToken);
            relayed = true;
            if (connection.Transport is { } inner)
                await Bridge.RelayAsync(transport, abort, inner, connection.Abort, cancellationToken);
        }
        finally
        {
            if (!relayed)
                connection.Abort?.Invoke();
        }
    }

    // Reads one message; no message is longer than 515 bytes, so what does not become one soon is malformed and ends the connection.
    private static async Task<(bool Complete, T Message)> ReadAsync<T>(PipeReader input, Reader<T> tryRead, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var result = Parse(read.Buffer, tryRead, out var message, out var consumed);
            input.AdvanceTo(consumed, result == SocksRead.Complete ? consumed : read.Buffer.End);
            if (result != SocksRead.Incomplete)
                return (result == SocksRead.Complete, message);
            if (read.IsCompleted || read.IsCanceled)
                return (false, message);
        }
    }

    private static SocksRead Parse<T>(ReadOnlySequence<byte> buffer, Reader<T> tryRead, out T message, out SequencePosition consumed)
    {
        var reader = new SequenceReader<byte>(buffer);
        var result = tryRead(ref reader, out message);
        consumed = reader.Position;
        return result;
    }
}
