using System.Collections.Immutable;

namespace TrainingLab.Factory.Definitions;

/// <summary>A YAML tree reduced to what definitions use: scalars, lists and maps with text keys, each with its place.</summary>
public abstract record DefinitionNode(SourceSpan Span);

/// <summary>A scalar. <paramref name="IsPlain"/> tells that it was written without quotes, so that <c>12</c> may be a number and <c>"12"</c> is a text.</summary>
public sealed record ScalarNode(SourceSpan Span, string Text, bool IsPlain) : DefinitionNode(Span)
{
    /// <summary>Whether it says nothing: empty, <c>~</c> or <c>null</c>, unquoted.</summary>
    public bool IsNull => IsPlain && Text is "" or "~" or "null";
}

/// <summary>A list.</summary>
public sealed record ListNode(SourceSpan Span, ImmutableArray<DefinitionNode> Items) : DefinitionNode(Span);

/// <summary>A map, in the order of the file; keys occur once.</summary>
public sealed record MapNode(SourceSpan Span, ImmutableArray<MapEntry> Entries) : DefinitionNode(Span)
{
    /// <summary>The value of a key, or null.</summary>
    public DefinitionNode? this[string key] => Entries.FirstOrDefault(e => e.Key.Text == key)?.Value;
}

/// <summary>A key and its value.</summary>
public sealed record MapEntry(ScalarNode Key, DefinitionNode Value);
