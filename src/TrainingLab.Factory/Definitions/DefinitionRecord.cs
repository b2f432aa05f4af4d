namespace TrainingLab.Factory.Definitions;

/// <summary>
/// Base of every record that the binder makes: it knows where it and each of its properties stand, so that later validation can
/// point at the exact value. Two records are equal when their values are, wherever they stand.
/// </summary>
public abstract record DefinitionRecord
{
    /// <summary>Where this record comes from. Never a YAML key.</summary>
    public Origin Origin { get; init; } = Origin.None;
}

/// <summary>Where a bound record and its properties stand.</summary>
public sealed class Origin : IEquatable<Origin>
{
    private readonly DefinitionNode? _node;
    private readonly IReadOnlyDictionary<string, DefinitionNode> _properties;

    internal Origin(DefinitionNode? node, IReadOnlyDictionary<string, DefinitionNode> properties)
    {
        _node = node;
        _properties = properties;
    }

    /// <summary>The origin of a record that was made in code.</summary>
    public static Origin None { get; } = new(null, new Dictionary<string, DefinitionNode>(StringComparer.Ordinal));

    /// <summary>Where the record starts.</summary>
    public SourceSpan Span => _node?.Span ?? SourceSpan.None;

    /// <summary>Whether the file says this property (rather than its default).</summary>
    public bool Has(string property) => _properties.ContainsKey(property);

    /// <summary>Where the value of a property (by its C# name) stands; the record's own place when the file does not say it.</summary>
    public SourceSpan Of(string property) => _properties.TryGetValue(property, out var node) ? node.Span : Span;

    /// <summary>Where an item of a list property stands.</summary>
    public SourceSpan Of(string property, int index) =>
        _properties.TryGetValue(property, out var node) && node is ListNode list && index < list.Items.Length
            ? list.Items[index].Span
            : Of(property);

    /// <summary>Where the value under a key of a dictionary property stands.</summary>
    public SourceSpan Of(string property, string key) =>
        _properties.TryGetValue(property, out var node) && (node as MapNode)?[key] is { } value ? value.Span : Of(property);

    /// <summary>Where a key of a dictionary property stands.</summary>
    public SourceSpan OfKey(string property, string key) =>
        _properties.TryGetValue(property, out var node)
        && (node as MapNode)?.Entries.FirstOrDefault(e => e.Key.Text == key) is { } entry
            ? entry.Key.Span
            : Of(property);

    /// <summary>The place.</summary>
    public override string ToString() => Span.ToString();

    /// <summary>Always true: places are no part of a record's value.</summary>
    public bool Equals(Origin? other) => other is not null;

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is Origin;

    /// <inheritdoc />
    public override int GetHashCode() => 0;
}
