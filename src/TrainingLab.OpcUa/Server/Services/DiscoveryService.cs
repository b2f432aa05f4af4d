using TrainingLab.OpcUa.Channel;
using TrainingLab.OpcUa.Messages;

namespace TrainingLab.OpcUa.Server.Services;

/// <summary>Discovery (OPC 10000-4, 5.5): the server knows itself.</summary>
internal static class DiscoveryService
{
    public const string AnonymousPolicyId = "anonymous";
    public const string UserNamePolicyId = "username";

    public static GetEndpointsResponse GetEndpoints(in RequestContext context, GetEndpointsRequest request)
    {
        var profiles = request.ProfileUris;
        return profiles is { Count: > 0 } && !profiles.Contains(SecurityPolicyUris.TransportProfile)
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
        var tokens = new List<UserTokenPolicy>(2);
        if (server.Options.AllowAnonymous)
        {
            tokens.Add(new UserTokenPolicy(AnonymousPolicyId, UserTokenType.Anonymous));
        }

        if (server.Options.Users is not null)
        {
            tokens.Add(new UserTokenPolicy(UserNamePolicyId, UserTokenType.UserName, SecurityPolicyUri: SecurityPolicyUris.None));
        }

        return
        [
            new EndpointDescription(
                url, Describe(server, url), ServerCertificate: null, MessageSecurityMode.None, SecurityPolicyUris.None, tokens, SecurityPolicyUris.TransportProfile, SecurityLevel: 0),
        ];
    }

    private static ApplicationDescription Describe(OpcUaServer server, string url) =>
        new(server.AddressSpace.ApplicationUri, server.Options.ProductUri, server.Options.ApplicationName, ApplicationType.Server, DiscoveryUrls: [url]);

    private static string UrlFor(in RequestContext context, string? clientUrl) =>
        context.Connection.Peer.EndpointUrl ?? Usable(clientUrl) ?? Usable(context.Connection.HelloUrl) ?? context.Server.Options.EndpointUrl;

    private static string? Usable(string? url) =>
        url is { Length: <= Hello.MaxEndpointUrlLength } && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri is { Scheme: "opc.tcp", Host.Length: > 0 } and not { Host: "0.0.0.0" } ? url : null;
}
