namespace TrainingLab.OpcUa.Server.Subscriptions;

/// <summary>Items that wait for their next sample, in the order in which they began to. Linked through the items, so that one that goes leaves at once, whatever its interval.</summary>
internal sealed class SampleList
{
    private DataItem? _last;

    /// <summary>The one that has waited longest; null when there is none.</summary>
    public DataItem? First { get; private set; }

    public bool IsEmpty => First is null;

    /// <summary>Adds an item that is in no list.</summary>
    public void Add(DataItem item)
    {
        item.Place = new Link(this, Before: _last);
        if (_last is null)
        {
            First = item;
        }
        else
        {
            _last.Place = _last.Place with { After = item };
        }

        _last = item;
    }

    /// <summary>Takes an item out of the list that it is in, if there is one.</summary>
    public static void Remove(DataItem item)
    {
        var (list, before, after) = item.Place;
        item.Place = default;
        if (list is null)
        {
            return;
        }

        if (before is null)
        {
            list.First = after;
        }
        else
        {
            before.Place = before.Place with { After = after };
        }

        if (after is null)
        {
            list._last = before;
        }
        else
        {
            after.Place = after.Place with { Before = before };
        }
    }

    /// <summary>Where an item stands.</summary>
    /// <param name="List">In which list; null: in none.</param>
    /// <param name="Before">The one before it.</param>
    /// <param name="After">The one after it.</param>
    internal readonly record struct Link(SampleList? List, DataItem? Before = null, DataItem? After = null);
}
