using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Messages;

namespace TrainingLab.OpcUa.Server.Subscriptions;

/// <summary>A <see cref="NotificationMessage"/> in its encoding, as it is sent and, if need be, sent again.</summary>
internal sealed class SentMessage
{
    /// <summary>Its number.</summary>
    public uint SequenceNumber { get; set; }

    /// <summary>The values and events in it.</summary>
    public int Values { get; set; }

    /// <summary>Its bytes.</summary>
    public UaWriter Body { get; } = new();
}

/// <summary>
/// The messages of a subscription that its client has not acknowledged (OPC 10000-4, 5.14.1.2), the oldest first. They are kept encoded, in pooled buffers: a message
/// is written once, and neither sending nor keeping nor forgetting it allocates anything for its values.
/// </summary>
/// <param name="most">Messages that are kept.</param>
/// <param name="memory">Their subscription's memory.</param>
internal sealed class SentMessages(int most, FairShare memory) : IDisposable
{
    private readonly List<SentMessage> _kept = [];
    private SentMessage? _spare;
    private int _usual;

    /// <summary>Messages that can be sent again.</summary>
    public int Count => _kept.Count;

    /// <summary>Their numbers.</summary>
    public uint[] SequenceNumbers
    {
        get
        {
            if (_kept.Count == 0)
            {
                return [];
            }

            var numbers = new uint[_kept.Count];
            for (var i = 0; i < numbers.Length; i++)
            {
                numbers[i] = _kept[i].SequenceNumber;
            }

            return numbers;
        }
    }

    /// <summary>An empty message to be written, then kept or given back.</summary>
    public SentMessage Begin(uint sequenceNumber)
    {
        var message = _spare ?? new SentMessage();
        _spare = null;
        message.SequenceNumber = sequenceNumber;
        message.Values = 0;
        message.Body.GetSpan(_usual);
        return message;
    }

    /// <summary>Keeps a message, before which the oldest give way; false when there is no room for it even so.</summary>
    /// <param name="message">The message.</param>
    /// <param name="discarded">Those that are no longer kept.</param>
    public bool TryKeep(SentMessage message, out uint discarded)
    {
        discarded = 0;
        _usual = message.Body.Length;
        while (_kept.Count > 0 && (_kept.Count >= most || !memory.HasRoomFor(SizeOf(message))))
        {
            RemoveAt(0);
            discarded++;
        }

        if (most == 0 || !memory.HasRoomFor(SizeOf(message)))
        {
            discarded++;
            return false;
        }

        _kept.Add(message);
        memory.Take(SizeOf(message));
        return true;
    }

    public SentMessage? Find(uint sequenceNumber) => IndexOf(sequenceNumber) is >= 0 and var at ? _kept[at] : null;

    /// <summary>Forgets an acknowledged message; false when there is none of that number.</summary>
    public bool Acknowledge(uint sequenceNumber)
    {
        var at = IndexOf(sequenceNumber);
        if (at >= 0)
        {
            RemoveAt(at);
        }

        return at >= 0;
    }

    /// <summary>Gives back a message that is not kept.</summary>
    public void Return(SentMessage message)
    {
        message.Body.Dispose();
        _spare = message;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_kept.Count > 0)
        {
            RemoveAt(_kept.Count - 1);
        }
    }

    private int IndexOf(uint sequenceNumber)
    {
        for (var i = 0; i < _kept.Count; i++)
        {
            if (_kept[i].SequenceNumber == sequenceNumber)
            {
                return i;
            }
        }

        return -1;
    }

    private void RemoveAt(int index)
    {
        var message = _kept[index];
        _kept.RemoveAt(index);
        memory.Return(SizeOf(message));
        Return(message);
    }

    private static int SizeOf(SentMessage message) => message.Body.Buffer.Length;
}
