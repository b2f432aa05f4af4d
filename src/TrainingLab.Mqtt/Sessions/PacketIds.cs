using System.Collections;

namespace TrainingLab.Mqtt.Sessions;

/// <summary>A set of packet identifiers, a bit each in pages that are there when needed, so that all of them take 8 kB and not a hundred times as much.</summary>
internal sealed class PacketIds : IEnumerable<ushort>
{
    private const int PageBits = 10;
    private const int PageSize = 1 << PageBits;

    private readonly ulong[]?[] pages = new ulong[(ushort.MaxValue + 1) / PageSize][];

    public int Count { get; private set; }

    public bool Contains(ushort id) => pages[id >> PageBits] is { } page && (page[Word(id)] & Bit(id)) != 0;

    /// <summary>False: it is there already.</summary>
    public bool Add(ushort id)
    {
        if (Contains(id)) return false;
        (pages[id >> PageBits] ??= new ulong[PageSize / 64])[Word(id)] |= Bit(id);
        Count++;
        return true;
    }

    /// <summary>False: it is not there.</summary>
    public bool Remove(ushort id)
    {
        if (!Contains(id)) return false;
        pages[id >> PageBits]![Word(id)] &= ~Bit(id);
        Count--;
        return true;
    }

    public void Clear()
    {
        Array.Clear(pages);
        Count = 0;
    }

    /// <summary>In ascending order.</summary>
    public IEnumerator<ushort> GetEnumerator()
    {
        for (var id = 0; id <= ushort.MaxValue; id++)
        {
            if (pages[id >> PageBits] is null) id |= PageSize - 1;
            else if (Contains((ushort)id)) yield return (ushort)id;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static int Word(ushort id) => (id & (PageSize - 1)) >> 6;

    private static ulong Bit(ushort id) => 1UL << (id & 63);
}
