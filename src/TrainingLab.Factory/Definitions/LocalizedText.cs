using System.ComponentModel;

namespace TrainingLab.Factory.Definitions;

/// <summary>A text that users read, in both languages. In YAML: <c>{ en: …, zh: … }</c>, both required.</summary>
[Description("A text that users read, in English and in Chinese; both are required.")]
public sealed record LocalizedText(
    [property: Description("The text in English.")] string En,
    [property: Description("The text in Chinese.")] string Zh)
{
    /// <summary>The text for a language tag: Chinese for anything that starts with "zh", otherwise English.</summary>
    public string In(string language) => language.StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? Zh : En;
}
