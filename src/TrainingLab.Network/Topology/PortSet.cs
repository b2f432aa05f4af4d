using System.Globalization;

namespace TrainingLab.Network.Topology;

/// <summary>A sequence of TCP or UDP port ranges, compared by content. Text form: <c>any</c>, <c>502</c>, <c>80,443,8000-8099</c>.</summary>
public sealed class PortSet : IEquatable<PortSet>
{
    /// <summary>The most ranges that one rule may list.</summary>
    public const int MaxRanges = 64;

    public static readonly PortSet Any = new([(0, ushort.MaxValue)]);

    private readonly (ushort From, ushort To)[] _ranges;

    private PortSet((ushort From, ushort To)[] ranges) => _ranges = ranges;

    public static PortSet Of(params IEnumerable<int> ports) => new([.. ports.Select(p => (checked((ushort)p), checked((ushort)p)))]);

    public bool IsAny => _ranges is [(0, ushort.MaxValue)];

    public bool Contains(int port)
    {
        foreach (var (from, to) in _ranges)
        {
            if (port >= from && port <= to)
                return true;
        }

        return false;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out PortSet set)
    {
        set = Any;
        text = text.Trim();
        if (text.Equals("any", StringComparison.OrdinalIgnoreCase))
            return true;
        var list = new List<(ushort, ushort)>();
        foreach (var range in text.Split(','))
        {
            var item = text[range].Trim();
            var dash = item.IndexOf('-');
            if (!TryPort(dash < 0 ? item : item[..dash], out var from) || !TryPort(dash < 0 ? item : item[(dash + 1)..], out var to)
                || to < from || list.Count == MaxRanges)
                return false;
            list.Add((from, to));
        }

        set = new PortSet([.. list]);
        return true;
    }

    public bool Equals(PortSet? other) => other is not null && _ranges.AsSpan().SequenceEqual(other._ranges);

    public override bool Equals(object? obj) => Equals(obj as PortSet);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var range in _ranges)
            hash.Add(range);
        return hash.ToHashCode();
    }

    public override string ToString() => IsAny
        ? "any"
        : string.Join(',', _ranges.Select(r => r.From == r.To
            ? r.From.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{r.From}-{r.To}")));

    private static bool TryPort(ReadOnlySpan<char> text, out ushort port) =>
        ushort.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port > 0;
}
