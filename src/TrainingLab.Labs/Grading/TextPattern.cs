namespace TrainingLab.Labs.Grading;

/// <summary>Patterns in which <c>*</c> stands for any text, also none; everything else stands for itself.</summary>
internal static class TextPattern
{
    public static bool Matches(string pattern, string text)
    {
        // The classic walk with one point to come back to: linear but for what the last star swallows.
        int p = 0, t = 0, star = -1, swallowed = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                swallowed = t;
            }
            else if (p < pattern.Length && pattern[p] == text[t])
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++swallowed;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }
}
