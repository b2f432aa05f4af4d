using System.Collections;
using System.Globalization;
using System.Text;

namespace TrainingLab.Network.Topology;

/// <summary>An immutable set of VLAN ids (1 to 4094, IEEE 802.1Q 9.6), compared by content. Text form: <c>110,130-139</c>, <c>all</c>, <c>none</c>.</summary>
public sealed class VlanSet : IEquatable<VlanSet>, IEnumerable<ushort>
{
    public const ushort MinVlan = 1;
    public const ushort MaxVlan = 4094;

    public static readonly VlanSet None = new([]);
    public static readonly VlanSet All = new([(MinVlan, MaxVlan)]);

    // Sorted, not overlapping, not touching: two equal sets have equal ranges.
    private readonly (ushort From, ushort To)[] _ranges;

    private VlanSet((ushort From, ushort To)[] ranges) => _ranges = ranges;

    /// <exception cref="ArgumentOutOfRangeException">An id is not a VLAN.</exception>
    public static VlanSet Of(params IEnumerable<ushort> vlans)
    {
        var list = new List<(ushort, ushort)>();
        foreach (var vlan in vlans)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(vlan, MinVlan);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(vlan, MaxVlan);
            list.Add((vlan, vlan));
        }

        return Normalize(list);
    }

    public static bool IsVlan(int id) => id is >= MinVlan and <= MaxVlan;

    public bool IsAll => _ranges is [(MinVlan, MaxVlan)];

    public bool IsEmpty => _ranges.Length == 0;

    public bool Contains(ushort vlan)
    {
        foreach (var (from, to) in _ranges)
        {
            if (vlan >= from && vlan <= to)
                return true;
        }

        return false;
    }

    /// <summary>Reads the text form; spaces around ids are allowed. At most 4094 items are looked at.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out VlanSet set)
    {
        set = None;
        text = text.Trim();
        if (text.Equals("all", StringComparison.OrdinalIgnoreCase))
        {
            set = All;
            return true;
        }

        if (text.Equals("none", StringComparison.OrdinalIgnoreCase))
            return true;
        var list = new List<(ushort, ushort)>();
        foreach (var range in text.Split(','))
        {
            var item = text[range].Trim();
            var dash = item.IndexOf('-');
            if (!TryVlan(dash < 0 ? item : item[..dash], out var from) || !TryVlan(dash < 0 ? item : item[(dash + 1)..], out var to)
                || to < from || list.Count == MaxVlan)
                return false;
            list.Add((from, to));
        }

        set = Normalize(list);
        return true;
    }

    public IEnumerator<ushort> GetEnumerator()
    {
        foreach (var (from, to) in _ranges)
        {
            for (int vlan = from; vlan <= to; vlan++)
                yield return (ushort)vlan;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(VlanSet? other) => other is not null && _ranges.AsSpan().SequenceEqual(other._ranges);

    public override bool Equals(object? obj) => Equals(obj as VlanSet);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var range in _ranges)
            hash.Add(range);
        return hash.ToHashCode();
    }

    public override string ToString()
    {
        if (IsAll)
            return "all";
        if (IsEmpty)
            return "none";
        var text = new StringBuilder();
        foreach (var (from, to) in _ranges)
        {
            if (text.Length > 0)
                text.Append(',');
            text.Append(from);
            if (to > from)
                text.Append(to == from + 1 ? ',' : '-').Append(to);
        }

        return text.ToString();
    }

    private static bool TryVlan(ReadOnlySpan<char> text, out ushort vlan) =>
        ushort.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out vlan) && IsVlan(vlan);

    private static VlanSet Normalize(List<(ushort From, ushort To)> list)
    {
        if (list.Count == 0)
            return None;
        list.Sort();
        var merged = new List<(ushort From, ushort To)>();
        foreach (var (from, to) in list)
        {
            if (merged.Count > 0 && from <= merged[^1].To + 1)
                merged[^1] = (merged[^1].From, Math.Max(merged[^1].To, to));
            else
                merged.Add((from, to));
        }

        return new VlanSet([.. merged]);
    }
}
