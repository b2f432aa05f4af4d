using System.ComponentModel;

namespace TrainingLab.Factory.Definitions.Devices;

/// <summary>An object of a type from a nodeset or a companion specification, below the machine.</summary>
public sealed record OpcUaInstanceDefinition : DefinitionRecord
{
    [Description("Browse name of the object, unique in the device.")]
    public required string Name { get; init; }

    [Description("Object type: its browse name, or its id as nsu=URI;i=NUMBER.")]
    public required string Type { get; init; }

    [Description("Optional parts of the type that the object has, as browse names joined by slashes. Parts with a tag, and mandatory ones, are there anyway.")]
    public IReadOnlyList<string> Parts { get; init; } = [];

    [Description("Variables of the object that show a tag: browse names joined by slashes, and the name of the tag.")]
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The optional parts that it needs, as browse names joined by dots, each part above them included.</summary>
    internal IReadOnlyCollection<string> Wanted => [.. Parts.Concat(Tags.Keys).SelectMany(Prefixes).Distinct(StringComparer.Ordinal)];

    private static IEnumerable<string> Prefixes(string path)
    {
        var names = path.Split('/');
        for (var i = 1; i <= names.Length; i++)
            yield return string.Join('.', names.AsSpan(0, i));
    }
}
