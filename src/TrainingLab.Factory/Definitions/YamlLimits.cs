namespace TrainingLab.Factory.Definitions;

/// <summary>What a definition file may cost to read. A file from a stranger cannot exhaust memory or stack.</summary>
public static class YamlLimits
{
    /// <summary>Longest file, in bytes.</summary>
    public const int MaxFileBytes = 1024 * 1024;

    /// <summary>Deepest nesting of lists and maps.</summary>
    public const int MaxDepth = 32;

    /// <summary>Most scalars, lists and maps in a file, aliases expanded.</summary>
    public const int MaxNodes = 100_000;

    /// <summary>Most aliases in a file.</summary>
    public const int MaxAliases = 200;
}
