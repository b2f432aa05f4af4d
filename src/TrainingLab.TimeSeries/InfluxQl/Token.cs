namespace TrainingLab.TimeSeries.InfluxQl;

internal enum TokenKind
{
    End,
    Identifier,
    QuotedIdentifier,
    Keyword,
    String,
    BadString,
    Number,
    Integer,
    Duration,
    Regex,
    Parameter,
    Symbol,
    Illegal,
}

/// <summary>One token.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its value; a keyword in capitals, a symbol as written.</param>
/// <param name="Start">Place of its first character.</param>
/// <param name="End">Place after its last character.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Start, int End)
{
    /// <summary>As InfluxDB shows it after "found".</summary>
    public string Found => Kind == TokenKind.End ? "EOF" : Kind == TokenKind.BadString && Text.Length == 0 ? "BADSTRING" : Text;

    public bool Is(string symbolOrKeyword) => Kind is TokenKind.Symbol or TokenKind.Keyword && string.Equals(Text, symbolOrKeyword, StringComparison.Ordinal);
}
