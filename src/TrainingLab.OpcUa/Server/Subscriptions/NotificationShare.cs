namespace TrainingLab.OpcUa.Server.Subscriptions;

/// <summary>What one subscription takes of the memory for notifications: first its own share, then of what is common.</summary>
internal sealed class NotificationShare(NotificationBudget budget)
{
    /// <summary>What is taken now, bytes by estimate.</summary>
    public long Used { get; private set; }

    private long OfCommon => Math.Max(0, Used - budget.Share);

    public bool HasRoomFor(int bytes) => Used + bytes <= budget.Share || budget.HasRoomFor(Used + bytes - budget.Share - OfCommon);

    public void Take(int bytes)
    {
        var before = OfCommon;
        Used += bytes;
        budget.Change(bytes, OfCommon - before);
    }

    public void Return(int bytes) => Take(-bytes);
}
