using TrainingLab.OpcUa.Messages;

namespace TrainingLab.OpcUa.Server.Subscriptions;

/// <summary>A Publish request that waits for something to say.</summary>
internal sealed class PublishTicket(RequestContext context, StatusCode[] results, DateTimeOffset? expires)
{
    /// <summary>When the client no longer waits, by its connection's clock; null when it waits as long as it takes.</summary>
    public DateTimeOffset? Expires => expires;

    /// <summary>The largest message that the client takes, bytes.</summary>
    public uint MaxMessageSize => context.Connection.Writer.MaxMessageSize;

    /// <summary>Answers with a notification message in its encoding.</summary>
    public void Answer(Subscription subscription, ReadOnlySpan<byte> message, uint[] available, bool more)
    {
        if (context.Server.Faults.LosesPublish?.Invoke() == true)
        {
            return;
        }

        var connection = context.Connection;
        var writer = connection.BeginAnswer(context.Header.RequestHandle, PublishResponse.TypeId);
        try
        {
            PublishResponse.Write(writer, subscription.Id, available, more, message, results);
            connection.EndAnswer(context.RequestId, context.Header.RequestHandle);
        }
        catch (OpcUaException e)
        {
            // One value that is longer than what the client takes.
            connection.Writer.Abandon();
            connection.Fault(context.RequestId, context.Header.RequestHandle, e.Status);
        }

        connection.Writer.Send();
    }

    /// <summary>Tells that a subscription has ended. The message carries its next sequence number without using it up: where it goes on for another session, that one misses nothing.</summary>
    public void AnswerEnd(in EndedSubscription ended)
    {
        if (context.Server.Faults.LosesPublish?.Invoke() == true)
        {
            return;
        }

        var message = new NotificationMessage(ended.SequenceNumber, context.Server.Now, [new ExtensionObject(new StatusChangeNotification(ended.Status, null))]);
        context.Answer(new PublishResponse(ended.Id, [], MoreNotifications: false, message, results));
        context.Connection.Writer.Send();
    }

    public void Refuse(StatusCode status)
    {
        if (context.Connection.IsOpen)
        {
            context.Fault(status);
            context.Connection.Writer.Send();
        }
    }

    public uint RequestHandle => context.Header.RequestHandle;

    public bool IsOpen => context.Connection.IsOpen && !context.Connection.Writer.IsBroken;

    /// <summary>Whether the client takes bytes: one that does not is sent nothing more until it does.</summary>
    public bool CanSend => !context.Connection.Writer.IsSending;
}

/// <summary>A subscription that a session no longer has, though it did not delete it.</summary>
/// <param name="Id">Which.</param>
/// <param name="SequenceNumber">The number of its next message.</param>
/// <param name="Status">Why: <c>BadTimeout</c> or <c>GoodSubscriptionTransferred</c>.</param>
internal readonly record struct EndedSubscription(uint Id, uint SequenceNumber, StatusCode Status);

/// <summary>The Publish requests of a session and the subscriptions that they serve (OPC 10000-4, 5.14.1.2).</summary>
internal sealed class SessionPublishing(Session session) : IDisposable
{
    private readonly List<Subscription> _subscriptions = [];
    private readonly LinkedList<PublishTicket> _tickets = [];
    private readonly Queue<EndedSubscription> _ended = [];

    public IReadOnlyList<Subscription> Subscriptions => _subscriptions;

    public bool HasRequests
    {
        get
        {
            DropDead();
            return _tickets.Count > 0;
        }
    }

    public void Add(Subscription subscription) => _subscriptions.Add(subscription);

    /// <summary>Forgets a subscription; without any, waiting requests are answered BadNoSubscription.</summary>
    public void Remove(Subscription subscription)
    {
        if (_subscriptions.Remove(subscription) && _subscriptions.Count == 0)
        {
            RefuseAll(StatusCodes.BadNoSubscription);
        }
    }

    /// <summary>Takes a Publish request: acknowledges, then waits or serves a subscription that is late.</summary>
    public void Publish(in RequestContext context, PublishRequest request)
    {
        var limits = session.Server.Limits;
        if (request.Acknowledgements.Length > limits.MaxSubscriptionsPerSession * limits.MaxRetransmissionQueue)
        {
            // More than there can be.
            context.Fault(StatusCodes.BadTooManyOperations);
            return;
        }

        var results = new StatusCode[request.Acknowledgements.Length];
        for (var i = 0; i < results.Length; i++)
        {
            var acknowledged = request.Acknowledgements[i];
            results[i] = _subscriptions.Find(s => s.Id == acknowledged.SubscriptionId)?.Acknowledge(acknowledged.SequenceNumber) ?? StatusCodes.BadSubscriptionIdInvalid;
        }

        if (_ended.TryDequeue(out var ended))
        {
            new PublishTicket(context, results, expires: null).AnswerEnd(ended);
            return;
        }

        if (_subscriptions.Count == 0)
        {
            context.Fault(StatusCodes.BadNoSubscription);
            return;
        }

        DropDead();
        if (_tickets.Count >= session.Server.Limits.MaxPublishRequestsPerSession)
        {
            // The oldest gives way (OPC 10000-4, 5.14.5.1).
            _tickets.First!.Value.Refuse(StatusCodes.BadTooManyPublishRequests);
            _tickets.RemoveFirst();
        }

        var hint = context.Header.TimeoutHint;
        DateTimeOffset? expires = hint == 0 ? null : context.Connection.Peer.ConnectionTime.GetUtcNow().AddMilliseconds(hint);
        _tickets.AddLast(new PublishTicket(context, results, expires));
        Serve();
    }

    /// <summary>Serves the late subscriptions, the highest priority first, as far as there are requests.</summary>
    public void Serve()
    {
        while (!session.IsClosed && _tickets.Count > 0)
        {
            DropDead();
            Subscription? next = null;
            foreach (var subscription in _subscriptions)
            {
                if (subscription.IsLate && (next is null || subscription.Priority > next.Priority))
                {
                    next = subscription;
                }
            }

            if (next is null || _tickets.First is not { } first || !first.Value.CanSend)
            {
                return;
            }

            _tickets.RemoveFirst();

            // Subscriptions of one priority take turns.
            _subscriptions.Remove(next);
            _subscriptions.Add(next);
            next.Publish(first.Value);
        }
    }

    /// <summary>
    /// Tells the client that a subscription ended by itself: in a waiting request, else in its next one. One whose lifetime is over has ended because no request was there.
    /// </summary>
    public void ReportEnd(Subscription subscription, StatusCode status)
    {
        if (session.IsClosed)
        {
            return;
        }

        DropDead();
        var ended = new EndedSubscription(subscription.Id, subscription.NextSequenceNumber, status);
        if (_tickets.First is { } first)
        {
            _tickets.RemoveFirst();
            first.Value.AnswerEnd(ended);
            return;
        }

        if (_ended.Count >= session.Server.Limits.MaxSubscriptionsPerSession)
        {
            _ended.Dequeue();
        }

        _ended.Enqueue(ended);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!session.KeepsSubscriptions)
        {
            foreach (var subscription in _subscriptions.ToArray())
            {
                session.Server.Subscriptions.Remove(subscription);
            }
        }

        _subscriptions.Clear();
        RefuseAll(StatusCodes.BadSessionClosed);
    }

    /// <summary>Gives up the waiting requests of a handle; says how many there were.</summary>
    public uint Cancel(uint requestHandle)
    {
        var count = 0u;
        for (var node = _tickets.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.RequestHandle == requestHandle)
            {
                _tickets.Remove(node);
                node.Value.Refuse(StatusCodes.BadRequestCancelledByClient);
                count++;
            }

            node = next;
        }

        return count;
    }

    /// <summary>The Publish requests that wait.</summary>
    public int WaitingRequests => _tickets.Count;

    private void RefuseAll(StatusCode status)
    {
        foreach (var ticket in _tickets)
        {
            ticket.Refuse(status);
        }

        _tickets.Clear();
    }

    /// <summary>Drops requests of connections that are gone, and answers those that waited longer than their client does.</summary>
    private void DropDead()
    {
        for (var node = _tickets.First; node is not null;)
        {
            var next = node.Next;
            var expired = node.Value.Expires is { } expires && session.Connection.Peer.ConnectionTime.GetUtcNow() >= expires;
            if (!node.Value.IsOpen || expired)
            {
                _tickets.Remove(node);
                node.Value.Refuse(StatusCodes.BadTimeout);
            }

            node = next;
        }
    }
}
