using System.Globalization;
using System.Text.RegularExpressions;
using TrainingLab.TimeSeries.Store;

namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>An expression. Its text is InfluxQL again.</summary>
internal abstract record Expr
{
    /// <summary>This expression and all below it, from the left.</summary>
    public virtual IEnumerable<Expr> Walk() => [this];

    /// <summary>A name in double quotes where it needs them.</summary>
    public static string Quote(string name) =>
        Lexer.NeedsQuotes(name) ? "\"" + name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\"" : name;

    /// <summary>The expression without the parentheses around it.</summary>
    public Expr Bare => this is ParenExpr paren ? paren.Inner.Bare : this;
}

/// <summary>A field, a tag or <c>time</c>; <c>Cast</c> is what follows <c>::</c>, or null.</summary>
internal sealed record VarRef(string Name, string? Cast = null) : Expr
{
    public bool IsTime => string.Equals(Name, "time", StringComparison.OrdinalIgnoreCase);

    public override string ToString() => Cast is null ? Quote(Name) : Quote(Name) + "::" + Cast;
}

/// <summary>A number, text or truth value.</summary>
internal sealed record Literal(FieldValue Value) : Expr
{
    public override string ToString() =>
        Value.IsString ? "'" + Value.AsString.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal) + "'" : Value.ToString();

    /// <summary>The name that InfluxDB's messages give its type.</summary>
    public string GoType => Value.IsString ? "*influxql.StringLiteral" : Value.IsInteger ? "*influxql.IntegerLiteral" : Value.IsFloat ? "*influxql.NumberLiteral" : "*influxql.BooleanLiteral";
}

/// <summary>A span of time in nanoseconds.</summary>
internal sealed record DurationLiteral(long Nanoseconds) : Expr
{
    public override string ToString() => DurationText.Write(Nanoseconds);
}

/// <summary>An instant, nanoseconds since 1970: what <c>now()</c> became.</summary>
internal sealed record TimeLiteral(long Nanoseconds) : Expr
{
    public override string ToString() => "'" + TimeText.Write(Nanoseconds, null) + "'";
}

/// <summary>A regular expression.</summary>
internal sealed record RegexLiteral(string Pattern, Regex Regex) : Expr
{
    public override string ToString() => "/" + Pattern.Replace("/", "\\/", StringComparison.Ordinal) + "/";
}

/// <summary><c>*</c>, <c>*::field</c> or <c>*::tag</c>.</summary>
internal sealed record Wildcard(string? Kind) : Expr
{
    public override string ToString() => Kind is null ? "*" : "*::" + Kind;
}

/// <summary>A function and its arguments.</summary>
internal sealed record Call(string Name, IReadOnlyList<Expr> Arguments) : Expr
{
    public override IEnumerable<Expr> Walk() => Arguments.SelectMany(argument => argument.Walk()).Prepend(this);

    public bool Equals(Call? other) => other is not null && string.Equals(ToString(), other.ToString(), StringComparison.Ordinal);

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Name + "(" + string.Join(", ", Arguments) + ")";
}

/// <summary>Two expressions and what joins them.</summary>
internal sealed record BinaryExpr(string Operator, Expr Left, Expr Right) : Expr
{
    public override IEnumerable<Expr> Walk() => Left.Walk().Concat(Right.Walk()).Prepend(this);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Left} {Operator} {Right}");
}

/// <summary>An expression in parentheses.</summary>
internal sealed record ParenExpr(Expr Inner) : Expr
{
    public override IEnumerable<Expr> Walk() => Inner.Walk().Prepend(this);

    public override string ToString() => "(" + Inner + ")";
}
