using System.Security.Cryptography.X509Certificates;

namespace TrainingLab.OpcUa.Security;

/// <summary>Who signed in to a session.</summary>
/// <param name="UserName">The user's name; null for nobody, and for a person whose certificate has none.</param>
/// <param name="Thumbprint">The thumbprint of the person's certificate, hexadecimal; null without one.</param>
internal sealed record UserIdentity(string? UserName, string? Thumbprint = null)
{
    public static UserIdentity Anonymous { get; } = new((string?)null);

    public bool IsAnonymous => UserName is null && Thumbprint is null;

    public static UserIdentity Of(X509Certificate2 certificate, string? userName) => new(userName, certificate.Thumbprint);
}

/// <summary>Whom a session is opened by, and how: what roles are given for.</summary>
/// <param name="User">The user.</param>
/// <param name="ApplicationUri">What the client application calls itself; its certificate says the same on a protected channel.</param>
/// <param name="Mode">How the channel is protected.</param>
/// <param name="PolicyUri">The channel's policy.</param>
/// <param name="EndpointUrl">The URL that the client connected to.</param>
internal sealed record SessionOrigin(UserIdentity User, string? ApplicationUri, MessageSecurityMode Mode, string PolicyUri, string? EndpointUrl)
{
    /// <summary>Whether the application has shown that it is who it says.</summary>
    public bool IsApplicationKnown => Mode is MessageSecurityMode.Sign or MessageSecurityMode.SignAndEncrypt;
}
