namespace TrainingLab.Factory.Http;

/// <summary>Reads the query of a URL (<c>application/x-www-form-urlencoded</c>).</summary>
public static class QueryText
{
    /// <summary>Parameters that are read of one query; further ones are ignored.</summary>
    public const int MaxParameters = 256;

    /// <summary>The parameters in order; a name without a value has an empty one.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Parse(string query)
    {
        var found = new List<KeyValuePair<string, string>>();
        foreach (var range in query.AsSpan().Split('&'))
        {
            var pair = query[range];
            if (pair.Length == 0)
                continue;
            if (found.Count == MaxParameters)
                break;
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            found.Add(equals < 0 ? new(Decode(pair), "") : new(Decode(pair[..equals]), Decode(pair[(equals + 1)..])));
        }

        return found;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
