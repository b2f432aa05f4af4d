namespace TrainingLab.OpcUa;

/// <summary>A text for people in one language (OPC 10000-3, 8.5).</summary>
/// <param name="Text">The text, or null.</param>
/// <param name="Locale">An RFC 3066 language tag such as <c>en</c> or <c>zh-CN</c>, or null when the language is not said.</param>
public readonly record struct LocalizedText(string? Text, string? Locale = null)
{
    public static implicit operator LocalizedText(string? text) => new(text);

    /// <inheritdoc/>
    public override string ToString() => Text ?? "";
}
