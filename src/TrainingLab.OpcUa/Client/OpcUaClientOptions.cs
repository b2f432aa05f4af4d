namespace TrainingLab.OpcUa.Client;

/// <summary>How a client connects.</summary>
public sealed record OpcUaClientOptions
{
    /// <summary>The server's URL, sent in the hello and in CreateSession.</summary>
    public required string EndpointUrl { get; init; }

    /// <summary>The client's name for people.</summary>
    public string ApplicationName { get; init; } = "TrainingLab client";

    /// <summary>The client's application URI.</summary>
    public string ApplicationUri { get; init; } = "urn:traininglab:client";

    /// <summary>The session's name.</summary>
    public string SessionName { get; init; } = "session";

    /// <summary>The user; null signs in anonymously.</summary>
    public string? UserName { get; init; }

    /// <summary>The user's password.</summary>
    public string? Password { get; init; }

    /// <summary>After how long without a request the server may drop the session; 60 s by default.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a request may take; 10 s by default. The answer is then <c>BadTimeout</c>.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The requested lifetime of the channel's token, renewed at three quarters; one hour by default.</summary>
    public TimeSpan ChannelLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Limits for what the server sends.</summary>
    public Server.OpcUaLimits Limits { get; init; } = new();
}
