using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions;

/// <summary>One value of a variant: <c>vlan: { integer: { from: 10, to: 99 }, not: [office-vlan] }</c>.</summary>
[Description("A value that the seed draws: exactly one of the draw kinds stands among its keys.")]
public sealed record DrawDefinition : DefinitionRecord
{
    /// <summary>Names of values drawn before it that it must differ from.</summary>
    [Description("Names of values declared before it that it must differ from.")]
    public IReadOnlyList<string> Not { get; init; } = [];

    /// <summary>Only graders know it: it is drawn from the installation's secret too, and must not stand in texts that students read.</summary>
    [Description("Only graders know it: it also depends on the installation's secret and must not stand in texts.")]
    public bool Hidden { get; init; }

    /// <summary>From what it is drawn.</summary>
    [Description("From what it is drawn."), OneOfKind]
    public required DrawKind Draw { get; init; }
}

/// <summary>From what a value is drawn. All values of a kind are equally likely.</summary>
[Description("From what a value is drawn.")]
public abstract record DrawKind : DefinitionRecord
{
    /// <summary>How many different values it can give, saturating.</summary>
    public abstract long Count { get; }

    /// <summary>The value of a number below <see cref="Count"/>.</summary>
    public abstract ScalarValue At(long index);
}

/// <summary><c>integer: { from: 10, to: 99 }</c>, both inclusive.</summary>
[Description("A whole number, both ends inclusive.")]
public sealed record IntegerDraw : DrawKind
{
    /// <summary>The smallest.</summary>
    [Description("The smallest."), Range(-1_000_000_000d, 1_000_000_000d)]
    public required long From { get; init; }

    /// <summary>The largest.</summary>
    [Description("The largest."), Range(-1_000_000_000d, 1_000_000_000d)]
    public required long To { get; init; }

    /// <summary>The distance between neighbours; default 1.</summary>
    [Description("The distance between neighbours; default 1."), Range(1, 1_000_000)]
    public long Step { get; init; } = 1;

    /// <inheritdoc />
    public override long Count => To < From ? 0 : ((To - From) / Math.Max(1, Step)) + 1;

    /// <inheritdoc />
    public override ScalarValue At(long index) => ScalarValue.Of(From + (index * Step));
}

/// <summary><c>decimal: { from: 0.5, to: 2.5, step: 0.1 }</c>, both inclusive.</summary>
[Description("A number on a grid, both ends inclusive.")]
public sealed record DecimalDraw : DrawKind
{
    /// <summary>The smallest.</summary>
    [Description("The smallest."), Range(-1_000_000_000d, 1_000_000_000d)]
    public required decimal From { get; init; }

    /// <summary>The largest.</summary>
    [Description("The largest."), Range(-1_000_000_000d, 1_000_000_000d)]
    public required decimal To { get; init; }

    /// <summary>The distance between neighbours.</summary>
    [Description("The distance between neighbours."), Range(0.000001, 1_000_000d)]
    public required decimal Step { get; init; }

    /// <inheritdoc />
    public override long Count => To < From || Step <= 0 ? 0 : (long)decimal.Floor((To - From) / Step) + 1;

    /// <inheritdoc />
    public override ScalarValue At(long index) => ScalarValue.Of(From + (index * Step));
}

/// <summary><c>pick: [water, juice, tea]</c>.</summary>
[Description("One of a list.")]
public sealed record PickDraw : DrawKind
{
    /// <summary>What is picked from.</summary>
    [Description("What is picked from."), MinLength(2), Shorthand]
    public required IReadOnlyList<ScalarValue> From { get; init; }

    /// <inheritdoc />
    public override long Count => From.Count;

    /// <inheritdoc />
    public override ScalarValue At(long index) => From[(int)index];
}

/// <summary>
/// <c>serial: "LOT-####-@@"</c>: <c>#</c> is a digit, <c>@</c> a capital letter without I and O, <c>%</c> a lower-case hexadecimal digit;
/// everything else stands for itself.
/// </summary>
[Description("A serial: # is a digit, @ a capital letter (no I, O), % a hexadecimal digit.")]
public sealed record SerialDraw : DrawKind
{
    private const string Letters = "ABCDEFGHJKLMNPQRSTUVWXYZ";
    private const string HexDigits = "0123456789abcdef";

    /// <summary>The pattern.</summary>
    [Description("The pattern."), Shorthand]
    public required string Pattern { get; init; }

    /// <inheritdoc />
    public override long Count
    {
        get
        {
            var count = 1L;
            foreach (var c in Pattern)
            {
                count = Math.Min(count * Alphabet(c).Length, 1L << 50);
            }

            return count;
        }
    }

    /// <inheritdoc />
    public override ScalarValue At(long index) => ScalarValue.OfText(string.Concat(Pattern.Select(c =>
    {
        var alphabet = Alphabet(c);
        (index, var digit) = Math.DivRem(index, alphabet.Length);
        return alphabet[(int)digit];
    })));

    private static string Alphabet(char c) => c switch
    {
        '#' => HexDigits[..10],
        '@' => Letters,
        '%' => HexDigits,
        _ => c.ToString(),
    };
}
