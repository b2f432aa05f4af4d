using TrainingLab.OpcUa.Security;

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

    /// <summary>The protection wanted; none by default. With any other, a <see cref="Certificate"/> is needed.</summary>
    public EndpointSecurity Security { get; init; } = EndpointSecurity.None;

    /// <summary>The client's own certificate, whose application URI is then used for <see cref="ApplicationUri"/>.</summary>
    public ApplicationCertificate? Certificate { get; init; }

    /// <summary>Whom the client trusts; null takes any server, as a person does who clicks the warning away.</summary>
    public ICertificateStore? Trust { get; init; }

    /// <summary>How strictly the server's certificate is looked at.</summary>
    public CertificateRules Rules { get; init; } = new();

    /// <summary>The server's endpoint when it is known already; null asks the server on a connection of its own first, where protection is wanted.</summary>
    public EndpointDescription? Endpoint { get; init; }

    /// <summary>The person's certificate to sign in with; goes before <see cref="UserName"/>.</summary>
    public ApplicationCertificate? UserCertificate { get; init; }

    /// <summary>The user; null signs in anonymously.</summary>
    public string? UserName { get; init; }

    /// <summary>The user's password.</summary>
    public string? Password { get; init; }

    /// <summary>Whether an encrypted password is sent in the newer form (RsaEncryptedSecret, OPC 10000-4, 7.41.2.4), which not all servers know; false by default.</summary>
    public bool UseEncryptedSecret { get; init; }

    /// <summary>After how long without a request the server may drop the session; 60 s by default.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a request may take; 10 s by default. The answer is then <c>BadTimeout</c>.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The requested lifetime of the channel's token, renewed at three quarters; one hour by default.</summary>
    public TimeSpan ChannelLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Limits for what the server sends.</summary>
    public Server.OpcUaLimits Limits { get; init; } = new();
}
