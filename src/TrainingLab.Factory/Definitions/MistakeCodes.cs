namespace TrainingLab.Factory.Definitions;

/// <summary>The codes of mistakes that reading and binding find. They are stable: scripts and editors match on them.</summary>
public static class MistakeCodes
{
    /// <summary>The file does not exist or may not be read.</summary>
    public const string CannotRead = "cannot-read";

    /// <summary>The file is not UTF-8.</summary>
    public const string NotUtf8 = "not-utf8";

    /// <summary>The file, or its tree, is larger than <see cref="YamlLimits"/> allows.</summary>
    public const string TooLarge = "too-large";

    /// <summary>Lists and maps are nested deeper than <see cref="YamlLimits.MaxDepth"/>.</summary>
    public const string TooDeep = "too-deep";

    /// <summary>The file says nothing.</summary>
    public const string Empty = "empty";

    /// <summary>A tab where YAML wants spaces.</summary>
    public const string Tab = "tab";

    /// <summary>A quoted text that never ends.</summary>
    public const string UnclosedQuote = "unclosed-quote";

    /// <summary>Text that is not YAML.</summary>
    public const string Syntax = "syntax";

    /// <summary>More than one document, a tag, or another feature of YAML that definitions do not use.</summary>
    public const string NotSupported = "not-supported";

    /// <summary>An alias without an anchor, or more aliases than <see cref="YamlLimits"/> allows.</summary>
    public const string Alias = "alias";

    /// <summary>A key that stands twice in one map.</summary>
    public const string DuplicateKey = "duplicate-key";

    /// <summary>A key that nobody reads.</summary>
    public const string UnknownKey = "unknown-key";

    /// <summary>A required key that is not there.</summary>
    public const string MissingKey = "missing-key";

    /// <summary>A list where a map is wanted, a text where a number is wanted, and so on.</summary>
    public const string WrongType = "wrong-type";

    /// <summary>A number, duration or count outside of its range.</summary>
    public const string OutOfRange = "out-of-range";

    /// <summary>A duration that is not a number with ms, s, m, h or d.</summary>
    public const string BadDuration = "bad-duration";

    /// <summary>A text that has not the form it must have, such as an address.</summary>
    public const string BadFormat = "bad-format";

    /// <summary>A word that is not one of those possible here.</summary>
    public const string UnknownValue = "unknown-value";

    /// <summary>None, or more than one, of the keys of which exactly one must be present.</summary>
    public const string OneOf = "one-of";

    /// <summary>A text for users in one language only.</summary>
    public const string MissingLanguage = "missing-language";

    /// <summary><c>${name}</c> with a name that no parameter has.</summary>
    public const string UnknownParameter = "unknown-parameter";

    /// <summary>A name that refers to nothing.</summary>
    public const string UnknownReference = "unknown-reference";

    /// <summary>Two things with one id.</summary>
    public const string DuplicateId = "duplicate-id";
}
