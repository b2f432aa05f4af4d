using System.Globalization;
using System.Text;

namespace TrainingLab.Labs.Grading;

/// <summary>Reads answers that are texts: how something was typed does not matter.</summary>
internal static class TextAnswer
{
    /// <summary>
    /// NFKC (full-width forms count as the plain ones), without invisible characters, without space around, with single spaces within, lower case.
    /// </summary>
    public static string Read(string raw)
    {
        var text = new StringBuilder(raw.Length);
        foreach (var c in Compose(raw))
        {
            if (char.IsWhiteSpace(c))
            {
                if (text.Length > 0 && text[^1] != ' ')
                    text.Append(' ');
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.Format or UnicodeCategory.Control))
            {
                text.Append(char.ToLowerInvariant(c));
            }
        }

        return text.ToString().TrimEnd(' ');
    }

    /// <summary>NFKC; a text that is no Unicode text stays as it is.</summary>
    public static string Compose(string raw)
    {
        try
        {
            return raw.Normalize(NormalizationForm.FormKC);
        }
        catch (ArgumentException)
        {
            return raw;
        }
    }
}
