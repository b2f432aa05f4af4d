using TrainingLab.OpcUa.Channel;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.OpcUa.Server.Services;

/// <summary>Discovery (OPC 10000-4, 5.5): the server knows itself.</summary>
internal static class DiscoveryService
{
    public const string AnonymousPolicyId = "anonymous";
    public const string UserNamePolicyId = "username";
    public const string CertificatePolicyId = "certificate";

    public static GetEndpointsResponse GetEndpoints(in RequestContext context, GetEndpointsRequest request)
    {
        var profiles = request.ProfileUris;
        return profiles is { Count: > 0 } && !profiles.Contains(TransportProfiles.UaTcp)
            ? new GetEndpointsResponse([])
            : new GetEndpointsResponse(Endpoints(context, request.EndpointUrl));
    }

    public static FindServersResponse FindServers(in RequestContext context, FindServersRequest request)
    {
        var server = context.Server;
        return request.ServerUris is { Count: > 0 } uris && !uris.Contains(server.AddressSpace.ApplicationUri)
            ? new FindServersResponse([])
            : new FindServersResponse([Describe(server, UrlFor(context, request.EndpointUrl))]);
    }

    /// <summary>The endpoints under the host that the client used.</summary>
    public static EndpointDescription[] Endpoints(in RequestContext context, string? clientUrl)
    {
        var server = context.Server;
        var url = UrlFor(context, clientUrl);
        var description = Describe(server, url);
        var offered = server.Security?.Endpoints ?? [EndpointSecurity.None];
        return
        [
            .. offered.Select(e => new EndpointDescription(
                url, description, server.Security?.Certificate.RawData, e.Mode, e.Policy.Uri, Tokens(server, e.Policy), TransportProfiles.UaTcp, e.Level)),
        ];
    }

    /// <summary>Who may sign in at an endpoint, and how.</summary>
    public static List<UserTokenPolicy> Tokens(OpcUaServer server, SecurityPolicy endpoint)
    {
        var tokens = new List<UserTokenPolicy>(3);
        if (server.Options.AllowAnonymous)
        {
            tokens.Add(new UserTokenPolicy(AnonymousPolicyId, UserTokenType.Anonymous));
        }

        var policy = server.Security?.TokenPolicyOf(endpoint) ?? SecurityPolicy.None;
        if (server.Options.Users is not null)
        {
            tokens.Add(new UserTokenPolicy(IdFor(UserNamePolicyId, policy), UserTokenType.UserName, SecurityPolicyUri: policy.Uri));
        }

        if (server.Options.UserCertificates is not null && endpoint.IsSecure)
        {
            tokens.Add(new UserTokenPolicy(IdFor(CertificatePolicyId, policy), UserTokenType.Certificate, SecurityPolicyUri: policy.Uri));
        }

        return tokens;
    }

    /// <summary>One id means the same at all endpoints, so it names the policy where there are several.</summary>
    private static string IdFor(string id, SecurityPolicy policy) => policy.IsSecure ? $"{id}_{policy.Name}" : id;

    private static ApplicationDescription Describe(OpcUaServer server, string url) =>
        new(server.AddressSpace.ApplicationUri, server.Options.ProductUri, server.Options.ApplicationName, ApplicationType.Server, DiscoveryUrls: [url]);

    private static string UrlFor(in RequestContext context, string? clientUrl) =>
        context.Connection.Peer.EndpointUrl ?? Usable(clientUrl) ?? Usable(context.Connection.HelloUrl) ?? context.Server.Options.EndpointUrl;

    private static string? Usable(string? url) =>
        url is { Length: <= Hello.MaxEndpointUrlLength } && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri is { Scheme: "opc.tcp", Host.Length: > 0 } and not { Host: "0.0.0.0" } ? url : null;
}
