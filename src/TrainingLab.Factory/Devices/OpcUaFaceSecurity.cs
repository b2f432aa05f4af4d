using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Services;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Security;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.Factory.Devices;

/// <summary>How a machine's OPC UA server protects itself, as its profile says: certificate, whom it trusts, and whom it lets in.</summary>
internal sealed class OpcUaFaceSecurity
{
    private readonly string host;
    private readonly OpcUaFaceDefinition definition;
    private readonly FactoryContext context;
    private RoleMappings? mappings;

    /// <param name="host">The machine.</param>
    /// <param name="definition">Its server.</param>
    /// <param name="context">The factory.</param>
    public OpcUaFaceSecurity(string host, OpcUaFaceDefinition definition, FactoryContext context)
    {
        this.host = host;
        this.definition = definition;
        this.context = context;
        Server = definition.Security is { } protection ? SecurityOf(protection) : null;
    }

    /// <summary>The server's settings; null where it does not protect itself.</summary>
    public ServerSecurity? Server { get; }

    /// <summary>Checks names and passwords; null where there are no users.</summary>
    public UserValidator? Users => definition.Users.Count == 0 ? null : CheckUser;

    /// <summary>Checks persons' certificates; null where none may sign in with one.</summary>
    public UserCertificateValidator? UserCertificates => definition.Security is { Certificates: true } ? CheckCertificate : null;

    /// <summary>Who has which role; null where roles decide nothing.</summary>
    public IReadOnlyDictionary<Roles, RoleMapping>? Roles => definition.Security is { } protection && (protection.Roles is not null || protection.Access.Count > 0)
        ? (protection.Roles?.Given ?? []).ToDictionary(r => Enum.Parse<Roles>(r.Name), r => MappingOf(r.Role))
        : null;

    /// <summary>Whether roles decide what a session may do.</summary>
    public bool HasRoles => mappings is not null;

    /// <summary>Tells who has which role on the server, which may change while it runs.</summary>
    public void Know(RoleMappings ofServer) => mappings = Roles is null ? null : ofServer;

    /// <summary>Who has which role now; null where roles decide nothing.</summary>
    public JsonNode? SaveRoles() => mappings?.Save();

    /// <summary>Takes over saved roles.</summary>
    public void LoadRoles(JsonObject state) => mappings?.Load(state);

    /// <summary>Certificate, lists of whom to trust and roles; null where the server does not protect itself.</summary>
    public JsonNode? Save() => Server is null ? null : new JsonObject
    {
        ["certificate"] = Server.Certificate.Save(),
        ["store"] = (Server.Store as MemoryCertificateStore)?.Save(),
        ["roles"] = SaveRoles(),
    };

    /// <summary>Takes over a saved state.</summary>
    public void Load(JsonNode state)
    {
        if (Server is null)
            return;
        Server.Certificate = ApplicationCertificate.Load((string)state["certificate"]!);
        if (Server.Store is MemoryCertificateStore store && state["store"] is JsonObject lists)
            store.Load(lists);
        if (state["roles"] is JsonObject roles)
            LoadRoles(roles);
    }

    /// <summary>Reads <c>trusted</c> and <c>rejected</c> (how many certificates), <c>trusts/{host}</c>, <c>thumbprint</c> of the machine's own, and <c>roles/{role}/{user}</c>: whether a rule gives that user the role.</summary>
    public JsonNode? Read(ReadOnlySpan<string> path) => Server is null ? null : path switch
    {
        ["trusted"] => JsonValue.Create(Server.Store.Lists.Trusted.Count),
        ["rejected"] => JsonValue.Create(Server.Store.Rejected.Count),
        ["trusts", var other] => JsonValue.Create(context.Certificates.Of(other) is { } c && Server.Store.Lists.Trusted.Any(t => t.RawData.AsSpan().SequenceEqual(c.RawData))),
        ["roles", var role, var user] => RoleOf(role) is { } known && mappings is not null ? JsonValue.Create(mappings[known].Identities.Any(i => i.CriteriaType == IdentityCriteria.UserName && i.Criteria == user)) : null,
        ["thumbprint"] => JsonValue.Create(Server.Certificate.Certificate.Thumbprint),
        _ => null,
    };

    private static Roles? RoleOf(string key) => WellKnownRoles.All.Cast<Roles?>().FirstOrDefault(r => KeyNames.Of(r!.Value.ToString()) == key);

    private static RoleMapping MappingOf(OpcUaRoleDefinition role) => new()
    {
        Identities = [.. role.Users.Select(u => new IdentityMappingRule(IdentityCriteria.UserName, u))],
        Applications = role.Applications,
        ApplicationsExclude = role.Applications.Count == 0,
        Endpoints = [.. role.Modes.Select(m => new EndpointType(null, PlantCertificates.ModeOf(m)))],
        EndpointsExclude = role.Modes.Count == 0,
    };

    private ServerSecurity SecurityOf(OpcUaSecurityDefinition protection)
    {
        var store = context.Trust;
        if (store is null)
        {
            store = new MemoryCertificateStore();
            var trusted = protection.Trusts ?? context.Pollers(host);
            store.Replace(TrustLists.Empty with { Trusted = [.. trusted.Select(context.Certificates.Of).OfType<ApplicationCertificate>().Select(c => c.Certificate)] });
        }

        return new ServerSecurity
        {
            Certificate = context.Certificates.Of(host)!,
            Store = store,
            Endpoints = PlantCertificates.EndpointsOf(protection),
            Rules = new CertificateRules { AcceptAll = protection.AcceptAny || store is AnyCertificate, RequireRevocationLists = protection.RevocationLists },
            PlainPasswords = protection.PlainPasswords,
            TakeKey = context.Certificates.TakeKey,
        };
    }

    private ValueTask<(StatusCode Status, string? UserName)> CheckCertificate(X509Certificate2 certificate, OpcUaPeer peer, CancellationToken cancellationToken)
    {
        var verdict = CertificateValidator.Check(certificate, [], CertificateUse.User, Server!.Store, Server.Rules, context.ClockOf(host).GetUtcNow());
        var name = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        return ValueTask.FromResult<(StatusCode Status, string? UserName)>((verdict.IsGood ? StatusCodes.Good : StatusCodes.BadIdentityTokenRejected, name));
    }

    private ValueTask<StatusCode> CheckUser(string userName, string password, OpcUaPeer peer, CancellationToken cancellationToken) =>
        ValueTask.FromResult<StatusCode>(definition.Users.TryGetValue(userName, out var expected) && expected == password ? StatusCodes.Good : StatusCodes.BadUserAccessDenied);
}
