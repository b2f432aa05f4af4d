namespace TrainingLab.Factory.Definitions;

/// <summary>
/// On a property of an abstract record type with registered kinds: exactly one of the kinds' keys stands among the owner's own keys,
/// as in <c>{ id: a, points: 5, probe: { … } }</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class OneOfKindAttribute : Attribute;

/// <summary>On one property of a record: where the record is wanted and the file has no map, the value is this property's.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class ShorthandAttribute : Attribute;

/// <summary>On a property that is computed and therefore no key. Properties without a setter are never keys.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotAKeyAttribute : Attribute;

/// <summary>The form of a text property, or of each item of a list and each key of a dictionary with <see cref="Keys"/>.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class FormAttribute(TextForm form) : Attribute
{
    /// <summary>The form of the text, or of each item or value.</summary>
    public TextForm Form { get; } = form;

    /// <summary>The form of each key of a dictionary; default any text.</summary>
    public TextForm Keys { get; init; } = TextForm.Any;
}

/// <summary>Shortest and longest duration of a TimeSpan property, both inclusive, written as in YAML: <c>[DurationRange("1s", "8h")]</c>.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class DurationRangeAttribute(string minimum, string maximum) : Attribute
{
    /// <summary>The shortest allowed.</summary>
    public string Minimum { get; } = minimum;

    /// <summary>The longest allowed.</summary>
    public string Maximum { get; } = maximum;
}

/// <summary>Forms of text that the binder checks.</summary>
public enum TextForm
{
    /// <summary>Any text.</summary>
    Any,

    /// <summary>An id: lower-case letters, digits and hyphens, starting with a letter: <c>filler-1</c>.</summary>
    Id,

    /// <summary>A name that expressions can use: a lower-case letter, then letters and digits: <c>officeVlan</c>.</summary>
    Name,

    /// <summary>Ids with slashes between them: <c>network/vlan-segmentation</c>.</summary>
    IdPath,

    /// <summary>An IPv4 address: <c>10.10.1.11</c>.</summary>
    Address,

    /// <summary>An IPv4 network: <c>10.10.1.0/24</c>.</summary>
    Cidr,

    /// <summary>A host (name or address) and a port: <c>filler-1:4840</c>.</summary>
    Endpoint,
}
