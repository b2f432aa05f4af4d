using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace TrainingLab.OpcUa.Security;

/// <summary>
/// The alternative names of a certificate (RFC 5280, 4.2.1.6).
/// <code>
/// SEQUENCE OF [2] DNS name | [6] URI | [7] IP address of 4 or 16 bytes | others
/// </code>
/// </summary>
public sealed record CertificateNames(string? ApplicationUri, IReadOnlyList<string> DnsNames, IReadOnlyList<IPAddress> Addresses)
{
    private const string SubjectAlternativeName = "2.5.29.17";

    /// <summary>The names of a certificate; none when it has no such extension or one that cannot be read.</summary>
    public static CertificateNames Of(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        string? uri = null;
        var dns = new List<string>();
        var addresses = new List<IPAddress>();
        var extension = certificate.Extensions.FirstOrDefault(static e => e.Oid?.Value == SubjectAlternativeName);
        try
        {
            var names = extension is null ? null : new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (names is { HasData: true })
            {
                var tag = names.PeekTag();
                switch (tag)
                {
                    case { TagClass: TagClass.ContextSpecific, TagValue: 2 }:
                        dns.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                        break;
                    case { TagClass: TagClass.ContextSpecific, TagValue: 6 }:
                        var found = names.ReadCharacterString(UniversalTagNumber.IA5String, tag);
                        uri ??= found;
                        break;
                    case { TagClass: TagClass.ContextSpecific, TagValue: 7 }:
                        var bytes = names.ReadOctetString(tag);
                        if (bytes.Length is 4 or 16)
                        {
                            addresses.Add(new IPAddress(bytes));
                        }

                        break;
                    default:
                        names.ReadEncodedValue();
                        break;
                }
            }
        }
        catch (AsnContentException)
        {
            // What was read so far counts.
        }

        return new CertificateNames(uri, dns, addresses);
    }

    /// <summary>Whether the certificate is for this host: by name, by a name with a star as its first label, or by address.</summary>
    public bool Covers(string host) => IPAddress.TryParse(host.Trim('[', ']'), out var address)
        ? Addresses.Contains(address) || DnsNames.Contains(host, StringComparer.OrdinalIgnoreCase)
        : DnsNames.Any(name => name.Equals(host, StringComparison.OrdinalIgnoreCase)
            || (name.StartsWith("*.", StringComparison.Ordinal) && host.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot && host[dot..].Equals(name[1..], StringComparison.OrdinalIgnoreCase)));
}
