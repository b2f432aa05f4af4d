using System.Text;

namespace TrainingLab.Mqtt.Topics;

/// <summary>The rules of topic names and topic filters (MQTT 3.1.1 §4.7).</summary>
public static class MqttTopic
{
    /// <summary>Longest topic name or filter on the wire, in UTF-8 bytes.</summary>
    public const int MaxLength = ushort.MaxValue;

    /// <summary>Whether the text is a topic name: 1 to 65,535 UTF-8 bytes, no NUL, no lone surrogate, no wildcard.</summary>
    public static bool IsValidName(ReadOnlySpan<char> name) =>
        IsEncodable(name) && name.IndexOfAny('+', '#') < 0;

    /// <summary>Whether the text is a topic filter: as a name, but + may stand for a whole level and # for all the levels at its end.</summary>
    public static bool IsValidFilter(ReadOnlySpan<char> filter)
    {
        if (!IsEncodable(filter)) return false;
        if (!filter.ContainsAny('+', '#')) return true;
        for (var i = 0; i < filter.Length; i++)
        {
            if (filter[i] is not ('+' or '#')) continue;
            var startsLevel = i == 0 || filter[i - 1] == '/';
            var endsLevel = i == filter.Length - 1 || (filter[i] == '+' && filter[i + 1] == '/');
            if (!startsLevel || !endsLevel) return false;
        }
        return true;
    }

    /// <summary>Whether a valid filter matches a valid name. Wildcards at the first level do not match names that begin with $ (§4.7.2).</summary>
    public static bool Matches(ReadOnlySpan<char> filter, ReadOnlySpan<char> name)
    {
        if (name[0] == '$' && filter[0] is ('+' or '#')) return false;
        while (true)
        {
            if (filter is "#") return true;
            var filterEnd = filter.IndexOf('/');
            var nameEnd = name.IndexOf('/');
            var filterLevel = filterEnd < 0 ? filter : filter[..filterEnd];
            var nameLevel = nameEnd < 0 ? name : name[..nameEnd];
            if (filterLevel is not "+" && !filterLevel.SequenceEqual(nameLevel)) return false;
            if (nameEnd < 0) return filterEnd < 0 || filter[filterEnd..] is "/#";
            if (filterEnd < 0) return false;
            filter = filter[(filterEnd + 1)..];
            name = name[(nameEnd + 1)..];
        }
    }

    /// <summary>Whether a filter asks for a shared subscription (MQTT 5 §4.8.2), well formed or not.</summary>
    public static bool IsShared(ReadOnlySpan<char> filter) => filter.StartsWith("$share/");

    /// <summary>Takes <c>$share/{name}/{filter}</c> apart. False when it is not one: no name, a wildcard in it, or no filter.</summary>
    public static bool TryParseShared(string filter, out string name, out string shared)
    {
        name = shared = "";
        if (!IsShared(filter)) return false;
        var rest = filter.AsSpan("$share/".Length);
        var end = rest.IndexOf('/');
        if (end <= 0 || end == rest.Length - 1 || rest[..end].ContainsAny('+', '#')) return false;
        name = rest[..end].ToString();
        shared = rest[(end + 1)..].ToString();
        return IsValidFilter(shared);
    }

    /// <summary>Whether a pattern matches every topic that a filter matches, so that who may subscribe the pattern may subscribe the filter.</summary>
    public static bool Covers(ReadOnlySpan<char> pattern, ReadOnlySpan<char> filter)
    {
        if (filter[0] == '$' && pattern[0] is ('+' or '#')) return false;
        while (true)
        {
            if (pattern is "#") return true;
            if (filter is "#") return false;
            var patternEnd = pattern.IndexOf('/');
            var filterEnd = filter.IndexOf('/');
            var patternLevel = patternEnd < 0 ? pattern : pattern[..patternEnd];
            var filterLevel = filterEnd < 0 ? filter : filter[..filterEnd];
            if (patternLevel is not "+" && !patternLevel.SequenceEqual(filterLevel)) return false;
            if (filterEnd < 0) return patternEnd < 0 || pattern[patternEnd..] is "/#";
            if (patternEnd < 0) return false;
            pattern = pattern[(patternEnd + 1)..];
            filter = filter[(filterEnd + 1)..];
        }
    }

    /// <summary>How many levels a name or filter has: one more than it has separators.</summary>
    public static int CountLevels(ReadOnlySpan<char> topic) => topic.Count('/') + 1;

    private static bool IsEncodable(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text.Length > MaxLength || text.Contains('\0')) return false;
        for (var rest = text; rest.IndexOfAnyInRange('\uD800', '\uDFFF') is >= 0 and var surrogate;)
        {
            if (Rune.DecodeFromUtf16(rest[surrogate..], out _, out var consumed) != System.Buffers.OperationStatus.Done) return false;
            rest = rest[(surrogate + consumed)..];
        }
        return Encoding.UTF8.GetByteCount(text) <= MaxLength;
    }
}
