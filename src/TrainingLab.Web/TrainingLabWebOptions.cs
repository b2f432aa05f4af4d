namespace TrainingLab.Web;

/// <summary>What the host decides for the web application.</summary>
public sealed class TrainingLabWebOptions
{
    /// <summary>Folder of <c>records.db</c>; must exist.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The host name that students use, for links that are printed; null takes each request's own.</summary>
    public string? PublicHost { get; init; }

    /// <summary>Whether a browser on this machine may try a lab without an account.</summary>
    public bool GuestsOnLoopback { get; init; } = true;
}
