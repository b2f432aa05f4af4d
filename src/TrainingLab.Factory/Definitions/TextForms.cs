using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace TrainingLab.Factory.Definitions;

/// <summary>The patterns behind <see cref="TextForm"/>.</summary>
public static partial class TextForms
{
    /// <summary>The pattern of a form, also for the schema; null for any text.</summary>
    public static string? Pattern(TextForm form) => form switch
    {
        TextForm.Id => "^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
        TextForm.Name => "^[a-z][A-Za-z0-9]*$",
        TextForm.IdPath => "^[a-z][a-z0-9]*(-[a-z0-9]+)*(/[a-z][a-z0-9]*(-[a-z0-9]+)*)+$",
        TextForm.Address => @"^\d{1,3}(\.\d{1,3}){3}$",
        TextForm.Cidr => @"^\d{1,3}(\.\d{1,3}){3}/\d{1,2}$",
        TextForm.Endpoint => @"^[A-Za-z0-9.-]+:\d{1,5}$",
        _ => null,
    };

    /// <summary>What to write, in both languages, with an example.</summary>
    public static (string En, string Zh) Describe(TextForm form) => form switch
    {
        TextForm.Id => ("lower-case letters, digits and single hyphens, such as filler-1", "小写字母、数字和单个连字符，例如 filler-1"),
        TextForm.Name => ("a lower-case letter, then letters and digits, such as officeVlan", "小写字母开头，后接字母和数字，例如 officeVlan"),
        TextForm.IdPath => ("ids with a slash between them, such as network/vlan-segmentation", "以斜杠分隔的标识，例如 network/vlan-segmentation"),
        TextForm.Address => ("an IPv4 address such as 10.10.1.11", "IPv4 地址，例如 10.10.1.11"),
        TextForm.Cidr => ("an IPv4 network without host bits, such as 10.10.1.0/24", "主机位为零的 IPv4 网段，例如 10.10.1.0/24"),
        TextForm.Endpoint => ("a host and a port, such as filler-1:4840", "主机和端口，例如 filler-1:4840"),
        _ => ("a text", "文本"),
    };

    /// <summary>Whether a text has a form, beyond its pattern: octets, prefix lengths and ports are in range, host bits are zero.</summary>
    public static bool Matches(TextForm form, string text) => form switch
    {
        TextForm.Id => Id().IsMatch(text),
        TextForm.Name => text.Length > 0 && char.IsAsciiLetterLower(text[0]) && text.All(char.IsAsciiLetterOrDigit),
        TextForm.IdPath => text.Contains('/', StringComparison.Ordinal) && text.Split('/').All(part => Id().IsMatch(part)),
        TextForm.Address => IsAddress(text),
        TextForm.Cidr => text.Split('/') is [var address, var length] && IsAddress(address)
            && byte.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var prefix) && prefix <= 32
            && HostBits(address, prefix) == 0,
        TextForm.Endpoint => text.LastIndexOf(':') is > 0 and var colon && Host().IsMatch(text[..colon])
            && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0,
        _ => true,
    };

    private static bool IsAddress(string text) =>
        text.Split('.') is { Length: 4 } parts && parts.All(p => byte.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out _));

    private static uint HostBits(string address, int prefix) =>
        BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(address).GetAddressBytes()) & (uint)((1UL << (32 - prefix)) - 1);

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Id();

    [GeneratedRegex("^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Host();
}
