namespace TrainingLab.Labs.Records;

/// <summary>What an account is.</summary>
public enum AccountKind
{
    /// <summary>Member of a cohort.</summary>
    Student,

    /// <summary>Owns cohorts.</summary>
    Instructor,

    /// <summary>Made by "Try a lab"; can only be used by the browser it was made in.</summary>
    Guest,
}

/// <summary>A person, or a guest.</summary>
public sealed class Account
{
    /// <summary>Random; also names the member in evidence.</summary>
    public required string Id { get; init; }

    /// <summary>As the instructor's page shows it.</summary>
    public required string Name { get; set; }

    /// <summary>What it is.</summary>
    public required AccountKind Kind { get; init; }

    /// <summary>A student's number, unique in the cohort, or an instructor's user name; null for guests and before an instructor has chosen one.</summary>
    public string? Login { get; set; }

    /// <summary>The cohort of a student.</summary>
    public string? CohortId { get; set; }

    /// <summary>See <see cref="PinHash"/>; null when none is set, for example after a reset.</summary>
    public string? Pin { get; set; }

    /// <summary>Wrong PINs since the last right one.</summary>
    public int Failures { get; set; }

    /// <summary>No PIN is looked at before this time.</summary>
    public DateTimeOffset NotBefore { get; set; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Students of one instructor.</summary>
public sealed class Cohort
{
    /// <summary>Random.</summary>
    public required string Id { get; init; }

    /// <summary>For example the class's name.</summary>
    public required string Name { get; set; }

    /// <summary>What a student types to join; upper case.</summary>
    public required string JoinCode { get; set; }

    /// <summary>Its owner.</summary>
    public required string InstructorId { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A signed-in browser or an API token. The token itself is not stored.</summary>
public sealed class AccountSession
{
    /// <summary>SHA-256 of the token, hexadecimal.</summary>
    public required string TokenHash { get; init; }

    /// <summary>Whose it is.</summary>
    public required string AccountId { get; init; }

    /// <summary>True for a token made for scripts.</summary>
    public required bool Bearer { get; init; }

    /// <summary>Where its last request came from.</summary>
    public required string Address { get; set; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Its last request, to the minute.</summary>
    public required DateTimeOffset LastSeenAt { get; set; }

    /// <summary>Not valid from then on.</summary>
    public required DateTimeOffset ExpiresAt { get; set; }
}

/// <summary>A link that signs in once.</summary>
public sealed class SignInLink
{
    /// <summary>SHA-256 of the token, hexadecimal.</summary>
    public required string TokenHash { get; init; }

    /// <summary>Whom it signs in.</summary>
    public required string AccountId { get; init; }

    /// <summary>Not valid from then on.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}
