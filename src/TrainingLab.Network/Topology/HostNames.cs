namespace TrainingLab.Network.Topology;

/// <summary>What may be a name on the plant network: up to 63 letters, digits, '-', '_' and '.', starting with a letter; case does not matter.</summary>
public static class HostNames
{
    public const int MaxLength = 63;

    public static bool IsName(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > MaxLength || !char.IsAsciiLetter(text[0]))
            return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
                return false;
        }

        return true;
    }
}
