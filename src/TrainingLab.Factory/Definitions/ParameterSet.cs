using System.Collections.Immutable;

namespace TrainingLab.Factory.Definitions;

/// <summary>
/// Values for <c>${name}</c> in scalars. A scalar that is nothing but <c>${name}</c> takes the value with its type; inside a longer text
/// the value's text is inserted; <c>$${</c> writes a literal <c>${</c>.
/// </summary>
public sealed record ParameterSet
{
    /// <summary>No parameters: every <c>${name}</c> is a mistake.</summary>
    public static ParameterSet Empty { get; } = new();

    /// <summary>The values by name.</summary>
    public ImmutableSortedDictionary<string, ScalarValue> Values { get; init; } =
        ImmutableSortedDictionary.Create<string, ScalarValue>(StringComparer.Ordinal);

    /// <summary>Prefixes of names that are left as written, to be resolved later: <c>reply.</c> in submissions.</summary>
    public ImmutableArray<string> DeferredPrefixes { get; init; } = [];

    /// <summary>A set with one more value, or another value for a name.</summary>
    public ParameterSet With(string name, ScalarValue value) => this with { Values = Values.SetItem(name, value) };

    /// <summary>A set with the values of another on top.</summary>
    public ParameterSet With(IEnumerable<KeyValuePair<string, ScalarValue>> values) => this with { Values = Values.SetItems(values) };
}
