using System.Text.Json.Nodes;

namespace TrainingLab.OpcUa.Security;

/// <summary>Who has a role (OPC 10000-18, 4.4.1): whoever fits one of the rules, with an application and at an endpoint that are not kept out.</summary>
public sealed record RoleMapping
{
    /// <summary>The rules; none by default, so that nobody has the role.</summary>
    public IReadOnlyList<IdentityMappingRule> Identities { get; init; } = [];

    /// <summary>Application URIs that have the role, or that have not; none by default.</summary>
    public IReadOnlyList<string> Applications { get; init; } = [];

    /// <summary>Whether the applications named are those without the role; true by default.</summary>
    public bool ApplicationsExclude { get; init; } = true;

    /// <summary>Endpoints at which there is the role, or at which not; none by default.</summary>
    public IReadOnlyList<EndpointType> Endpoints { get; init; } = [];

    /// <summary>Whether the endpoints named are those without the role; true by default.</summary>
    public bool EndpointsExclude { get; init; } = true;

    internal bool Fits(SessionOrigin origin) => Identities.Any(rule => Fits(rule, origin)) && FitsApplication(origin) && FitsEndpoint(origin);

    internal JsonObject Save() => new()
    {
        ["identities"] = new JsonArray([.. Identities.Select(static i => (JsonNode)new JsonArray((int)i.CriteriaType, i.Criteria))]),
        ["applications"] = new JsonArray([.. Applications.Select(static a => (JsonNode)JsonValue.Create(a))]),
        ["applicationsExclude"] = ApplicationsExclude,
        ["endpoints"] = new JsonArray([.. Endpoints.Select(static e => (JsonNode)new JsonArray(e.EndpointUrl, (int)e.SecurityMode, e.SecurityPolicyUri, e.TransportProfileUri))]),
        ["endpointsExclude"] = EndpointsExclude,
    };

    internal static RoleMapping Load(JsonNode state) => new()
    {
        Identities = [.. state["identities"]!.AsArray().Select(static i => new IdentityMappingRule((IdentityCriteria)(int)i![0]!, (string?)i[1]))],
        Applications = [.. state["applications"]!.AsArray().Select(static a => (string)a!)],
        ApplicationsExclude = (bool)state["applicationsExclude"]!,
        Endpoints = [.. state["endpoints"]!.AsArray().Select(static e => new EndpointType((string?)e![0], (MessageSecurityMode)(int)e[1]!, (string?)e[2], (string?)e[3]))],
        EndpointsExclude = (bool)state["endpointsExclude"]!,
    };

    private static bool Fits(IdentityMappingRule rule, SessionOrigin origin) => rule.CriteriaType switch
    {
        IdentityCriteria.UserName => origin.User.UserName is { } name && name == rule.Criteria,
        IdentityCriteria.Thumbprint => origin.User.Thumbprint is { } thumbprint && string.Equals(thumbprint, rule.Criteria, StringComparison.OrdinalIgnoreCase),
        IdentityCriteria.Anonymous => origin.User.IsAnonymous,
        IdentityCriteria.AuthenticatedUser => !origin.User.IsAnonymous,
        IdentityCriteria.Application => origin.IsApplicationKnown && origin.ApplicationUri is { } uri && uri == rule.Criteria,
        IdentityCriteria.TrustedApplication => origin.IsApplicationKnown,
        _ => false,
    };

    /// <summary>Only on a protected channel is it known which application it is.</summary>
    private bool FitsApplication(SessionOrigin origin) => Applications.Count == 0
        ? ApplicationsExclude
        : origin.IsApplicationKnown && Applications.Contains(origin.ApplicationUri, StringComparer.Ordinal) != ApplicationsExclude;

    private bool FitsEndpoint(SessionOrigin origin) => Endpoints.Any(e => IsAt(e, origin)) != EndpointsExclude;

    private static bool IsAt(EndpointType endpoint, SessionOrigin origin) =>
        (string.IsNullOrEmpty(endpoint.EndpointUrl) || string.Equals(endpoint.EndpointUrl.TrimEnd('/'), origin.EndpointUrl?.TrimEnd('/'), StringComparison.OrdinalIgnoreCase))
        && (endpoint.SecurityMode == MessageSecurityMode.Invalid || endpoint.SecurityMode == origin.Mode)
        && (string.IsNullOrEmpty(endpoint.SecurityPolicyUri) || endpoint.SecurityPolicyUri == origin.PolicyUri)
        && (string.IsNullOrEmpty(endpoint.TransportProfileUri) || endpoint.TransportProfileUri == Channel.TransportProfiles.UaTcp);
}
