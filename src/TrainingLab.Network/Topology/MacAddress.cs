using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TrainingLab.Network.Topology;

/// <summary>A 48-bit Ethernet address in the low bits of one number.</summary>
public readonly record struct MacAddress(ulong Value)
{
    public static readonly MacAddress Broadcast = new(0xFFFF_FFFF_FFFF);

    /// <summary>
    /// The address of the interface called <paramref name="id"/>: the same id always gives the same address. Locally administered and unicast
    /// (IEEE 802c: second-lowest bit of the first octet set, lowest clear).
    /// </summary>
    public static MacAddress FromId(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(id));
        ulong value = 0x02;
        for (var i = 0; i < 5; i++)
            value = (value << 8) | hash[i];
        return new MacAddress(value);
    }

    /// <summary>Six octets in hexadecimal, with colons.</summary>
    public override string ToString()
    {
        var value = Value;
        return string.Create(17, value, static (text, v) =>
        {
            for (var i = 0; i < 6; i++)
            {
                var octet = (byte)(v >> (40 - (8 * i)));
                octet.TryFormat(text[(i * 3)..], out _, "x2", CultureInfo.InvariantCulture);
                if (i < 5)
                    text[(i * 3) + 2] = ':';
            }
        });
    }
}
