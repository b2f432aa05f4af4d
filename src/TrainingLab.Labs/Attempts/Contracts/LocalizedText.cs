namespace TrainingLab.Labs.Attempts.Contracts;

/// <summary>A text that a user reads, in both languages of the product.</summary>
/// <param name="En">English.</param>
/// <param name="Zh">Simplified Chinese.</param>
public sealed record LocalizedText(string En, string Zh)
{
    /// <summary>The same characters in both languages: names, numbers, protocol words.</summary>
    public static LocalizedText Same(string text) => new(text, text);

    /// <summary>The text in <paramref name="language"/>; anything but <c>zh</c> is English.</summary>
    public string In(string language) => string.Equals(language, "zh", StringComparison.Ordinal) ? Zh : En;
}
