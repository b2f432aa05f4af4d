namespace TrainingLab.OpcUa.Server;

/// <summary>What one holder takes of a stock: first of its own reserve, then of what is common.</summary>
internal sealed class FairShare(FairStock stock)
{
    private long _reserve = stock.Reserve;

    /// <summary>What is taken now.</summary>
    public long Used { get; private set; }

    private long OfCommon => Math.Max(0, Used - _reserve);

    public bool HasRoomFor(long amount) => Used + amount <= _reserve || stock.HasRoomFor(Used + amount - _reserve - OfCommon);

    public void Take(long amount)
    {
        var before = OfCommon;
        Used += amount;
        stock.Change(amount, OfCommon - before);
    }

    public void Return(long amount) => Take(-amount);

    /// <summary>Its holder is gone, and with it the reserve: what it still has counts as common.</summary>
    public void GiveUpReserve()
    {
        var before = OfCommon;
        _reserve = 0;
        stock.Change(0, OfCommon - before);
    }
}
