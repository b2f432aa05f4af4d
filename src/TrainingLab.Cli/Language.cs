using System.Globalization;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Cli;

/// <summary>The language in which a verb speaks to people: that of <c>--lang</c>, otherwise that of the system (<c>LANG</c>). JSON keys and codes never change.</summary>
internal static class Language
{
    /// <summary>Languages that there are.</summary>
    public static readonly string[] All = ["en", "zh"];

    /// <summary><c>zh</c> where the system speaks Chinese, otherwise <c>en</c>.</summary>
    public static string Tag => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh" ? "zh" : "en";

    /// <summary>Whether texts are in Chinese.</summary>
    public static bool IsChinese => Tag == "zh";

    /// <summary>The text in the language of the verb.</summary>
    public static string Say(string en, string zh) => IsChinese ? zh : en;

    /// <summary>The text in the language of the verb.</summary>
    public static string Say(LocalizedText text) => text.In(Tag);

    /// <summary>Takes the language of <c>--lang</c> in the words of a command line, for this flow of execution; anything else is left to the parser to refuse.</summary>
    public static void Choose(IReadOnlyList<string> words)
    {
        for (var i = 0; i < words.Count && words[i] != "--"; i++)
        {
            var given = words[i] == "--lang" && i + 1 < words.Count ? words[i + 1] : words[i].StartsWith("--lang=", StringComparison.Ordinal) ? words[i]["--lang=".Length..] : null;
            if (given is not null && All.Contains(given, StringComparer.Ordinal))
                CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(given);
        }
    }
}
