namespace TrainingLab.OpcUa.Server.Services;

/// <summary>How many operations one request may ask for, and how much work in a row a connection may cause.</summary>
internal static class Operations
{
    /// <summary>Work in a row, some ten milliseconds: references looked at, fields and operands of event filters.</summary>
    public const int Turn = 50_000;

    /// <summary>What making or changing a monitored item is worth of that.</summary>
    public const int OfItem = 10;

    /// <summary>What one use of a private key is worth of that.</summary>
    public const int OfPrivateKey = 8_000;

    /// <summary>What a question to the historian is worth of that, beside the values that it gives.</summary>
    public const int OfHistoryQuestion = 1_000;

    /// <summary>How long a connection that has had its turn waits for the others' turn.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// An operation that may have raised an event has been done. When those of a request have been much work, others get their turn: bytes from outside enter a serial context only
    /// when it is quiet, so that the request waits for its connection's clock.
    /// </summary>
    public static ValueTask TakeTurnsAsync(Session session, ref int work)
    {
        work += 1 + session.Server.Notifiers.FilterCost;
        if (work < Turn)
        {
            return ValueTask.CompletedTask;
        }

        work = 0;
        return new ValueTask(Task.Delay(Pause, session.Connection.Peer.ConnectionTime, session.Connection.Closed));
    }

    /// <exception cref="OpcUaException">BadNothingToDo or BadTooManyOperations.</exception>
    public static void Check(int count, int limit)
    {
        if (count == 0)
        {
            throw new OpcUaException(StatusCodes.BadNothingToDo);
        }

        if (count > limit)
        {
            throw new OpcUaException(StatusCodes.BadTooManyOperations);
        }
    }
}
