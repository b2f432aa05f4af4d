namespace TrainingLab.OpcUa.Events;

/// <summary>
/// The patterns of the operator Like (OPC 10000-4, 7.7.3): <c>%</c> any characters, <c>_</c> one, <c>[a-c]</c> one of these, <c>[^a-c]</c> one of no such, <c>\</c> takes the next
/// as it is. Time is at most the product of both lengths.
/// </summary>
internal static class LikePattern
{
    /// <summary>Longest text and pattern, characters; longer ones do not match.</summary>
    public const int MaxLength = 1_000;

    public static bool Matches(string text, string pattern)
    {
        if (text.Length > MaxLength || pattern.Length > MaxLength)
        {
            return false;
        }

        int at = 0, p = 0, restartPattern = -1, restartText = 0;
        while (at < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '%')
            {
                restartPattern = ++p;
                restartText = at;
            }
            else if (p < pattern.Length && MatchesOne(text[at], pattern, p, out var next))
            {
                p = next;
                at++;
            }
            else if (restartPattern >= 0)
            {
                p = restartPattern;
                at = ++restartText;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '%')
        {
            p++;
        }

        return p == pattern.Length;
    }

    private static bool MatchesOne(char c, string pattern, int p, out int next)
    {
        next = p + 1;
        switch (pattern[p])
        {
            case '_':
                return true;
            case '\\' when p + 1 < pattern.Length:
                next = p + 2;
                return pattern[p + 1] == c;
            case '[' when pattern.IndexOf(']', p + 1) is > 0 and var end:
                next = end + 1;
                var isNegated = pattern[p + 1] == '^';
                return IsIn(c, pattern.AsSpan(p + (isNegated ? 2 : 1), end - p - (isNegated ? 2 : 1))) != isNegated;
            default:
                return pattern[p] == c;
        }
    }

    private static bool IsIn(char c, ReadOnlySpan<char> set)
    {
        for (var i = 0; i < set.Length; i++)
        {
            if (i + 2 < set.Length && set[i + 1] == '-')
            {
                if (c >= set[i] && c <= set[i + 2])
                {
                    return true;
                }

                i += 2;
            }
            else if (set[i] == c)
            {
                return true;
            }
        }

        return false;
    }
}
