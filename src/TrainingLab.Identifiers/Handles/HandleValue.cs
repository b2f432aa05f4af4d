namespace TrainingLab.Identifiers.Handles;

/// <summary>Who may do what with a value: one bit each (RFC 3651, section 3.1).</summary>
[Flags]
public enum ValuePermissions
{
    None = 0,
    PublicWrite = 1,
    PublicRead = 2,
    AdminWrite = 4,
    AdminRead = 8,

    /// <summary>Everybody reads, administrators write.</summary>
    Default = AdminRead | AdminWrite | PublicRead,
}

/// <summary>One value of a handle.</summary>
/// <param name="Index">Number of the value, 1 and above, unique in its handle.</param>
/// <param name="Type">Type, such as <c>URL</c>; types are dotted, and ASCII letters compare without case.</param>
/// <param name="Data">The value as text.</param>
/// <param name="Ttl">How long a resolver may keep it.</param>
/// <param name="Timestamp">When it was last changed.</param>
/// <param name="Permissions">Who may read and write it.</param>
public sealed record HandleValue(
    int Index,
    string Type,
    string Data,
    TimeSpan Ttl,
    DateTimeOffset Timestamp,
    ValuePermissions Permissions = ValuePermissions.Default)
{
    /// <summary>Type of a value that names the server of a prefix, as <c>host:port</c>.</summary>
    public const string SiteType = "HS_SITE";

    /// <summary>Type of a value that names the administrator of a handle.</summary>
    public const string AdministratorType = "HS_ADMIN";

    /// <summary>Whether everybody may read the value.</summary>
    public bool IsPublic => (Permissions & ValuePermissions.PublicRead) != 0;

    /// <summary>Whether the value is of a type asked for: the type itself or, where <paramref name="asked"/> ends in a dot, a subtype too.</summary>
    public bool IsOfType(string asked) => asked.EndsWith('.')
        ? AsciiCase.StartsWith(Type, asked) || AsciiCase.Equal(Type, asked.AsSpan(0, asked.Length - 1))
        : AsciiCase.Equal(Type, asked);
}
