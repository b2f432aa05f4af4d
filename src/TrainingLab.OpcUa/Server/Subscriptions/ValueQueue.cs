namespace TrainingLab.OpcUa.Server.Subscriptions;

/// <summary>
/// The queue of a monitored item (OPC 10000-4, 5.13.1.5): a ring that grows to its size. When it is full, its oldest or its newest value gives way, and the
/// value next to the gap carries the overflow bit, unless the queue holds only one. A queue for which there is no memory is as full with what it has.
/// </summary>
/// <param name="budget">Its subscription's memory; null does not count.</param>
internal sealed class ValueQueue(FairShare? budget = null)
{
    private DataValue[] _ring = [];
    private int _head;
    private int _size = 1;

    /// <summary>The values in it.</summary>
    public int Count { get; private set; }

    /// <summary>The most values it holds.</summary>
    public int Size => _size;

    /// <summary>Makes it longer or shorter; what no longer fits is lost as if it were full, with the bit that tells of it.</summary>
    public void Resize(int size, bool discardOldest)
    {
        _size = size;
        var isShortened = Count > size;
        while (Count > size)
        {
            if (discardOldest || size == 1)
            {
                Dequeue();
            }
            else
            {
                DropBeforeNewest();
            }
        }

        if (isShortened && size > 1)
        {
            ref var besideGap = ref At(discardOldest ? 0 : Count - 1);
            besideGap = besideGap with { Status = DataChange.WithOverflow(besideGap.Status) };
        }
    }

    public void Enqueue(in DataValue value, bool discardOldest)
    {
        if (Count == _size || (Count > 0 && budget is not null && !budget.HasRoomFor(NotificationBudget.SizeOf(value))))
        {
            if (_size == 1)
            {
                Replace(0, value);
                return;
            }

            if (!discardOldest || Count == 1)
            {
                Replace(Count - 1, value with { Status = DataChange.WithOverflow(value.Status) });
                return;
            }

            Dequeue();
            ref var oldest = ref At(0);
            oldest = oldest with { Status = DataChange.WithOverflow(oldest.Status) };
        }

        if (Count == _ring.Length)
        {
            Grow();
        }

        Count++;
        At(Count - 1) = value;
        budget?.Take(NotificationBudget.SizeOf(value));
    }

    public DataValue Dequeue()
    {
        var value = _ring[_head];
        _ring[_head] = default;
        _head = _head + 1 == _ring.Length ? 0 : _head + 1;
        Count--;
        budget?.Return(NotificationBudget.SizeOf(value));
        return value;
    }

    public void Clear()
    {
        if (budget is not null)
        {
            for (var i = 0; i < Count; i++)
            {
                budget.Return(NotificationBudget.SizeOf(At(i)));
            }
        }

        Array.Clear(_ring);
        _head = 0;
        Count = 0;
    }

    /// <summary>The newest value takes the place of the one before it.</summary>
    private void DropBeforeNewest()
    {
        var newest = At(Count - 1);
        Replace(Count - 2, newest);
        At(Count - 1) = default;
        Count--;
        budget?.Return(NotificationBudget.SizeOf(newest));
    }

    private void Replace(int index, in DataValue value)
    {
        ref var place = ref At(index);
        budget?.Return(NotificationBudget.SizeOf(place));
        place = value;
        budget?.Take(NotificationBudget.SizeOf(value));
    }

    private ref DataValue At(int index)
    {
        var at = _head + index;
        return ref _ring[at < _ring.Length ? at : at - _ring.Length];
    }

    private void Grow()
    {
        var bigger = new DataValue[Math.Max(1, Math.Min(_size, _ring.Length * 2))];
        for (var i = 0; i < Count; i++)
        {
            bigger[i] = At(i);
        }

        _ring = bigger;
        _head = 0;
    }
}
