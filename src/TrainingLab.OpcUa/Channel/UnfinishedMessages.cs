namespace TrainingLab.OpcUa.Channel;

/// <summary>
/// The messages over all connections of a server of which chunks are still to come. A client may send chunks without ever a final one, on many connections; beyond a number of
/// bytes the message that has waited longest is given up, with its connection.
/// </summary>
internal sealed class UnfinishedMessages(long maxBytes)
{
    private readonly LinkedList<(MessageReader Reader, int Bytes)> _all = [];

    /// <summary>Bytes of all of them.</summary>
    public long Bytes { get; private set; }

    /// <summary>A message has grown; the node is null for a new one.</summary>
    public LinkedListNode<(MessageReader Reader, int Bytes)> Grow(LinkedListNode<(MessageReader Reader, int Bytes)>? message, MessageReader reader, int bytes)
    {
        message ??= _all.AddLast((reader, 0));
        if (message.List is null)
        {
            // It has been given up.
            return message;
        }

        message.Value = (reader, message.Value.Bytes + bytes);
        Bytes += bytes;
        while (Bytes > maxBytes && _all.First is { } oldest)
        {
            Remove(oldest);
            oldest.Value.Reader.GiveUp?.Invoke();
        }

        return message;
    }

    /// <summary>A message is whole, or will never be.</summary>
    public void Remove(LinkedListNode<(MessageReader Reader, int Bytes)> message)
    {
        if (message.List is not null)
        {
            Bytes -= message.Value.Bytes;
            _all.Remove(message);
        }
    }
}
