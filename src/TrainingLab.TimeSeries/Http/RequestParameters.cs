using System.Text;

namespace TrainingLab.TimeSeries.Http;

/// <summary>Parameters of a request: those of the address, and of a form in the body, which come first.</summary>
internal sealed class RequestParameters
{
    private const int MaxParameters = 1000;

    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    /// <summary>Reads <c>a=b&amp;c=d</c>, percent-encoded, plus for blank; of the same name the first counts.</summary>
    public void Add(ReadOnlySpan<char> encoded)
    {
        foreach (Range range in encoded.Split('&'))
        {
            ReadOnlySpan<char> pair = encoded[range];
            if (pair.IsEmpty || values.Count >= MaxParameters)
                continue;
            int equals = pair.IndexOf('=');
            string name = Decode(equals < 0 ? pair : pair[..equals]);
            values.TryAdd(name, equals < 0 ? "" : Decode(pair[(equals + 1)..]));
        }
    }

    /// <summary>Reads a form.</summary>
    public void Add(ReadOnlySpan<byte> form) => Add(Encoding.UTF8.GetString(form));

    /// <summary>A value; empty when it was not given.</summary>
    public string this[string name] => values.GetValueOrDefault(name, "");

    private static string Decode(ReadOnlySpan<char> encoded) => Uri.UnescapeDataString(encoded.ToString().Replace('+', ' '));
}
