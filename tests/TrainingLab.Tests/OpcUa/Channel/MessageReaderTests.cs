using System.Buffers;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Channel;
using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.Tests.OpcUa.Channel;

/// <summary>Chunks of OPC 10000-6, 6.7.2.</summary>
public class MessageReaderTests
{
    private static readonly MessageLimits Limits = new(MaxChunkSize: 8192, MaxMessageSize: 20_000, MaxChunkCount: 4);

    [Fact]
    public void A_message_in_one_chunk_is_given_without_its_headers()
    {
        using var reader = Reader();
        var buffer = new ReadOnlySequence<byte>(Chunk("MSGF", 1, 5, [1, 2, 3]));
        Assert.True(reader.TryRead(ref buffer, out var message));
        Assert.Equal(5u, message.RequestId);
        Assert.Equal([1, 2, 3], message.Body.ToArray());
        Assert.Equal(0, buffer.Length);
    }

    [Fact]
    public void A_message_in_three_chunks_is_put_together()
    {
        using var reader = Reader();
        var buffer = new ReadOnlySequence<byte>([.. Chunk("MSGC", 1, 5, [1]), .. Chunk("MSGC", 2, 5, [2]), .. Chunk("MSGF", 3, 5, [3])]);
        Assert.True(reader.TryRead(ref buffer, out var message));
        Assert.Equal([1, 2, 3], message.Body.ToArray());
    }

    [Fact]
    public void An_aborted_message_is_forgotten()
    {
        using var reader = Reader();
        var buffer = new ReadOnlySequence<byte>([.. Chunk("MSGC", 1, 5, [1]), .. Chunk("MSGA", 2, 5, [0, 0, 0, 0]), .. Chunk("MSGF", 3, 6, [9])]);
        Assert.True(reader.TryRead(ref buffer, out var message));
        Assert.Equal([9], message.Body.ToArray());
    }

    [Fact]
    public void Bytes_that_come_one_by_one_in_segments_give_the_same_message()
    {
        using var reader = Reader();
        var bytes = Chunk("MSGF", 1, 5, [1, 2, 3]);
        for (var length = 0; length < bytes.Length; length++)
        {
            var part = Segmented(bytes.AsMemory(0, length));
            Assert.False(reader.TryRead(ref part, out _));
            Assert.Equal(length, part.Length);
        }

        var whole = Segmented(bytes);
        Assert.True(reader.TryRead(ref whole, out var message));
        Assert.Equal([1, 2, 3], message.Body.ToArray());
    }

    [Theory]
    [InlineData("XYZF", 24u, StatusCodes.BadTcpMessageTypeInvalid)]
    [InlineData("MSGX", 24u, StatusCodes.BadTcpMessageTypeInvalid)]
    [InlineData("OPNC", 24u, StatusCodes.BadTcpMessageTypeInvalid)]
    [InlineData("HELF", 24u, StatusCodes.BadTcpMessageTypeInvalid)]
    [InlineData("MSGF", 7u, StatusCodes.BadTcpMessageTypeInvalid)]
    [InlineData("MSGF", 8193u, StatusCodes.BadTcpMessageTooLarge)]
    [InlineData("MSGF", uint.MaxValue, StatusCodes.BadTcpMessageTooLarge)]
    [InlineData("MSGF", 20u, StatusCodes.BadDecodingError)]
    public void A_wrong_header_is_refused_with_its_code(string type, uint size, uint expected)
    {
        byte[] bytes = [.. System.Text.Encoding.ASCII.GetBytes(type), .. BitConverter.GetBytes(size), .. new byte[16]];
        Assert.Equal(expected, Error(Reader(), bytes).Code);
    }

    [Fact]
    public void Endless_chunks_are_stopped()
    {
        var bytes = Enumerable.Range(1, 5).SelectMany(i => Chunk("MSGC", (uint)i, 5, [1])).ToArray();
        Assert.Equal(StatusCodes.BadTcpMessageTooLarge, Error(Reader(), bytes).Code);
    }

    [Fact]
    public void A_message_too_large_in_few_chunks_is_stopped()
    {
        var bytes = Enumerable.Range(1, 3).SelectMany(i => Chunk("MSGC", (uint)i, 5, new byte[8000])).ToArray();
        Assert.Equal(StatusCodes.BadTcpMessageTooLarge, Error(Reader(), bytes).Code);
    }

    [Theory]
    [InlineData(3u)] // left out
    [InlineData(1u)] // replayed
    [InlineData(0u)]
    public void A_sequence_number_that_does_not_follow_is_refused(uint second)
    {
        byte[] bytes = [.. Chunk("MSGF", 1, 5, [1]), .. Chunk("MSGF", second, 6, [1])];
        Assert.Equal(StatusCodes.BadSequenceNumberInvalid, Error(Reader(), bytes).Code);
    }

    [Theory]
    [InlineData(4242u, 4243u)]
    [InlineData(uint.MaxValue - 1024, 1u)]
    [InlineData(uint.MaxValue - 1000, 1023u)]
    public void Sequence_numbers_begin_anywhere_and_wrap(uint first, uint second) => Assert.True(SequenceNumbers.Follows(first, second));

    [Fact]
    public void Chunks_of_two_messages_may_not_be_mixed()
    {
        byte[] bytes = [.. Chunk("MSGC", 1, 5, [1]), .. Chunk("MSGF", 2, 6, [1])];
        Assert.Equal(StatusCodes.BadDecodingError, Error(Reader(), bytes).Code);
    }

    internal static byte[] Chunk(string type, uint sequence, uint requestId, byte[] body, uint channel = 1, uint token = 1) =>
    [
        .. System.Text.Encoding.ASCII.GetBytes(type), .. BitConverter.GetBytes(24 + body.Length), .. BitConverter.GetBytes(channel), .. BitConverter.GetBytes(token),
        .. BitConverter.GetBytes(sequence), .. BitConverter.GetBytes(requestId), .. body,
    ];

    private static MessageReader Reader() => new(Limits, DecodingLimits.Default) { InHandshake = false };

    private static StatusCode Error(MessageReader reader, byte[] bytes)
    {
        using var disposed = reader;
        var buffer = new ReadOnlySequence<byte>(bytes);
        try
        {
            while (reader.TryRead(ref buffer, out _))
            {
            }

            return StatusCodes.Good;
        }
        catch (OpcUaException e)
        {
            return e.Status;
        }
    }

    private static ReadOnlySequence<byte> Segmented(ReadOnlyMemory<byte> bytes)
    {
        var first = new Segment(ReadOnlyMemory<byte>.Empty, 0);
        var last = first;
        for (var i = 0; i < bytes.Length; i++)
        {
            last = last.Append(bytes.Slice(i, 1));
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long at)
        {
            Memory = memory;
            RunningIndex = at;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
