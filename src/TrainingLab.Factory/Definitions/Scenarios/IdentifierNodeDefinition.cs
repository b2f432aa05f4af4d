using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace TrainingLab.Factory.Definitions.Scenarios;

/// <summary>A node of the identifier-resolution hierarchy.</summary>
public sealed record IdentifierNodeDefinition : DefinitionRecord
{
    [Description("Host name.")]
    [Form(TextForm.Id)]
    public required string Id { get; init; }

    [Description("Where it is plugged in.")]
    public required Attachment At { get; init; }

    [Description("TCP port of its HTTP interface.")]
    [Range(1, 65535)]
    public int Port { get; init; } = 8000;

    [Description("TCP port that referrals to this node name; it answers there too. The port of its HTTP interface when absent.")]
    [Range(1, 65535)]
    public int? SitePort { get; init; }

    [Description("root, national, secondLevel, enterprise or recursive.")]
    public required IdentifierRole Role { get; init; }

    [Description("Prefixes that the node is home to.")]
    public IReadOnlyList<string> Prefixes { get; init; } = [];

    [Description("Prefixes that the node delegates, and the host name of the node below.")]
    public IReadOnlyDictionary<string, string> Delegates { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    [Description("Handles that exist from the start.")]
    public IReadOnlyList<HandleDefinition> Handles { get; init; } = [];

    [Description("Recursive node: host name of the root that it starts at.")]
    public string? Root { get; init; }
}

/// <summary>What an identifier node is.</summary>
public enum IdentifierRole
{
    Root,
    National,
    SecondLevel,
    Enterprise,
    Recursive,
}

/// <summary>A handle and its values.</summary>
public sealed record HandleDefinition : DefinitionRecord
{
    [Description("prefix/suffix")]
    public required string Handle { get; init; }

    [Description("Values of the handle.")]
    public required IReadOnlyList<HandleValueDefinition> Values { get; init; }
}

/// <summary>One value of a handle.</summary>
public sealed record HandleValueDefinition : DefinitionRecord
{
    [Description("Index, 1 and above, unique in the handle.")]
    [Range(1, 100000)]
    public required int Index { get; init; }

    [Description("Type, such as URL or PRODUCT.BATCH.")]
    public required string Type { get; init; }

    [Description("Data.")]
    public required string Data { get; init; }

    [Description("Time to live, in seconds.")]
    [Range(0, 31536000)]
    public int Ttl { get; init; } = 86400;

    [Description("Whether everybody may read it.")]
    public bool Public { get; init; } = true;
}
