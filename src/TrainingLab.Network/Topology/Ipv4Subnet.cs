using System.Globalization;

namespace TrainingLab.Network.Topology;

/// <summary>A block of addresses in CIDR form (RFC 4632). Host bits are cleared on construction, so equal blocks are equal values.</summary>
public readonly record struct Ipv4Subnet
{
    /// <param name="address">Any address of the block.</param>
    /// <param name="prefixLength">0 to 32 bits.</param>
    public Ipv4Subnet(Ipv4Address address, int prefixLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(prefixLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefixLength, 32);
        PrefixLength = prefixLength;
        Address = new Ipv4Address(address.Value & Mask(prefixLength));
    }

    /// <summary>The first address of the block.</summary>
    public Ipv4Address Address { get; }

    public int PrefixLength { get; }

    public bool Contains(Ipv4Address address) => (address.Value & Mask(PrefixLength)) == Address.Value;

    /// <summary>Reads <c>10.1.0.0/16</c>; a single address is read as a block of one.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Ipv4Subnet subnet)
    {
        subnet = default;
        var slash = text.IndexOf('/');
        var length = 32;
        if (slash >= 0 && (!int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > 32))
            return false;
        if (!Ipv4Address.TryParse(slash < 0 ? text : text[..slash], out var address))
            return false;
        subnet = new Ipv4Subnet(address, length);
        return true;
    }

    /// <exception cref="FormatException">The text is not CIDR.</exception>
    public static Ipv4Subnet Parse(string text) =>
        TryParse(text, out var subnet) ? subnet : throw new FormatException($"'{text}' is not a subnet like 10.1.10.0/24.");

    public override string ToString() => PrefixLength == 32
        ? Address.ToString()
        : string.Create(CultureInfo.InvariantCulture, $"{Address}/{PrefixLength}");

    private static uint Mask(int prefixLength) => prefixLength == 0 ? 0 : uint.MaxValue << (32 - prefixLength);
}
