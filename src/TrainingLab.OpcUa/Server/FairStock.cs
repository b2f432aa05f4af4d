namespace TrainingLab.OpcUa.Server;

/// <summary>
/// Something of which a server has only so much: a common stock for whoever comes first, and a reserve of each holder's own. One that wants everything gets the common stock, and leaves
/// the others what is theirs.
/// </summary>
/// <param name="common">What is there for all.</param>
/// <param name="reserve">What each holder has for itself, beside that.</param>
internal class FairStock(long common, long reserve)
{
    /// <summary>What is taken now, by all.</summary>
    public long Used { get; private set; }

    /// <summary>What each holder has for itself.</summary>
    public long Reserve => reserve;

    /// <summary>What is taken of the common stock.</summary>
    public long CommonUsed { get; private set; }

    /// <summary>Whether more is taken of it than there is, because holders have gone and left something.</summary>
    public bool IsOverdrawn => CommonUsed > common;

    /// <summary>Whether the common stock has so much left.</summary>
    public bool HasRoomFor(long amount) => CommonUsed + amount <= common;

    public void Change(long amount, long ofCommon)
    {
        Used += amount;
        CommonUsed += ofCommon;
    }
}
