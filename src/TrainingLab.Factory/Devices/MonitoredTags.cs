using System.Globalization;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.Factory.Devices;

/// <summary>
/// Which tags of a machine students watch at this moment, and how. Sessions, and what hangs on them, are no part of saved state; neither is this.
/// </summary>
internal sealed class MonitoredTags
{
    private readonly Dictionary<uint, (OpcUaCaller Caller, SubscriptionAction Granted)> subscriptions = [];
    private readonly Dictionary<(uint Subscription, uint Item), (string Tag, MonitoredItemAction Action)> items = [];

    /// <summary>Monitored items on the value of a tag, that report, with a kind of deadband, its size and a publishing interval in milliseconds, in subscriptions that publish.</summary>
    public int Count(string tag, string deadband, string size, string interval) =>
        !TryNumber(size, out var wantedSize) || !TryNumber(interval, out var wantedInterval) ? 0 : items.Values.Count(i =>
            i.Tag == tag
            && i.Action.Mode == MonitoringMode.Reporting
            && string.Equals(i.Action.Deadband.ToString(), deadband, StringComparison.OrdinalIgnoreCase)
            && i.Action.DeadbandValue.Equals(wantedSize)
            && subscriptions[i.Action.SubscriptionId].Granted is { PublishingEnabled: true } granted
            && granted.PublishingInterval.Equals(wantedInterval));

    /// <summary>The publishing interval of a student's subscription, milliseconds; null where it is nobody's.</summary>
    public double? PublishingIntervalOf(uint subscription) => subscriptions.TryGetValue(subscription, out var found) ? found.Granted.PublishingInterval : null;

    /// <summary>A subscription was created or modified.</summary>
    public void Note(OpcUaCaller caller, SubscriptionAction subscription)
    {
        if (caller.Peer.Account is not null)
            subscriptions[subscription.SubscriptionId] = (caller, subscription);
    }

    /// <summary>A monitored item was created or modified, or that was refused.</summary>
    public void Note(MonitoredItemAction item, string? tag)
    {
        if (tag is not null && item.Attribute == AttributeId.Value && !item.Status.IsBad && subscriptions.ContainsKey(item.SubscriptionId))
            items[(item.SubscriptionId, item.ItemId)] = (tag, item);
    }

    /// <summary>A monitored item was deleted.</summary>
    public void Remove(MonitoredItemAction item) => items.Remove((item.SubscriptionId, item.ItemId));

    /// <summary>A subscription ended, and its items with it.</summary>
    public void RemoveSubscription(uint subscription)
    {
        subscriptions.Remove(subscription);
        foreach (var key in items.Keys.Where(k => k.Subscription == subscription).ToList())
            items.Remove(key);
    }

    /// <summary>A session ended, and its subscriptions with it.</summary>
    public void RemoveSession(OpcUaCaller caller)
    {
        foreach (var subscription in subscriptions.Where(s => s.Value.Caller.SessionId == caller.SessionId).Select(s => s.Key).ToList())
            RemoveSubscription(subscription);
    }

    private static bool TryNumber(string text, out double number) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}
