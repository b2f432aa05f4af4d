using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;
using TrainingLab.Tests.OpcUa.Server;

namespace TrainingLab.Tests.OpcUa.Security;

/// <summary>Who has which role, and how that is changed (OPC 10000-18).</summary>
public class RoleSetTests
{
    private static readonly NodeId Operator = new(0, 15680);
    private static readonly NodeId SecurityAdmin = new(0, 15704);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, RoleMapping, string> Mappings() => new()
    {
        { "nobody", new RoleMapping(), "" },
        { "a user", Mapping(IdentityCriteria.UserName, "olga"), "olga-Sign olga-SignAndEncrypt olga-None" },
        { "every user", Mapping(IdentityCriteria.AuthenticatedUser), "olga-Sign olga-SignAndEncrypt olga-None" },
        { "nobody in particular", Mapping(IdentityCriteria.Anonymous), "-None" },
        { "a trusted application", Mapping(IdentityCriteria.TrustedApplication), "olga-Sign olga-SignAndEncrypt" },
        { "this application", Mapping(IdentityCriteria.Application, TestCertificates.ClientUri), "olga-Sign olga-SignAndEncrypt" },
        { "another application", Mapping(IdentityCriteria.Application, "urn:other"), "" },
        { "with this application", Mapping(IdentityCriteria.UserName, "olga") with { Applications = [TestCertificates.ClientUri], ApplicationsExclude = false }, "olga-Sign olga-SignAndEncrypt" },
        { "without this application", Mapping(IdentityCriteria.UserName, "olga") with { Applications = [TestCertificates.ClientUri] }, "" },
        { "with no application", Mapping(IdentityCriteria.UserName, "olga") with { ApplicationsExclude = false }, "" },
        { "encrypted", Mapping(IdentityCriteria.UserName, "olga") with { Endpoints = [new EndpointType(null, MessageSecurityMode.SignAndEncrypt)], EndpointsExclude = false }, "olga-SignAndEncrypt" },
        { "not encrypted", Mapping(IdentityCriteria.UserName, "olga") with { Endpoints = [new EndpointType(null, MessageSecurityMode.SignAndEncrypt)] }, "olga-Sign olga-None" },
        { "at this URL", Mapping(IdentityCriteria.UserName, "olga") with { Endpoints = [new EndpointType("opc.tcp://filler-1:4840")], EndpointsExclude = false }, "olga-Sign olga-SignAndEncrypt olga-None" },
        { "under another policy", Mapping(IdentityCriteria.UserName, "olga") with { Endpoints = [new EndpointType(null, SecurityPolicyUri: SecurityPolicy.Aes256Sha256RsaPss.Uri)], EndpointsExclude = false }, "" },
    };

    [Theory]
    [MemberData(nameof(Mappings))]
    public void A_role_is_given_to_whom_its_mapping_fits(string what, RoleMapping mapping, string expected) => Bench.Run(async bench =>
    {
        var log = new ActionLog();
        bench.Observer = log;
        var security = bench.Secure();
        NodeAccessTests.Machine(bench);
        bench.Options = bench.Options with
        {
            Roles = new Dictionary<Roles, RoleMapping> { [Roles.Engineer] = mapping },
            Security = new ServerSecurity { Certificate = security.Certificate, Store = security.Store, Endpoints = [.. ServerSecurity.AllSecured, EndpointSecurity.None] },
        };
        var found = new List<string>();
        async Task TryAsync(string name, OpcUaClientOptions options)
        {
            await using var client = await bench.ConnectSecurelyAsync(options);
            if (log.LastRoles.HasFlag(Roles.Engineer))
            {
                found.Add(name);
            }
        }

        await TryAsync("olga-Sign", NodeAccessTests.Secured("olga", MessageSecurityMode.Sign));
        await TryAsync("olga-SignAndEncrypt", NodeAccessTests.Secured("olga"));
        await TryAsync("olga-None", NodeAccessTests.As("olga"));
        await TryAsync("-None", Bench.ClientOptions);
        Assert.True(expected == string.Join(' ', found), $"{what}: {string.Join(' ', found)}");
    });

    [Fact]
    public void The_roles_of_a_session_are_told() => Bench.Run(async bench =>
    {
        var log = new ActionLog();
        bench.Observer = log;
        bench.Secure();
        NodeAccessTests.Machine(bench);
        await using var olga = await bench.ConnectSecurelyAsync(NodeAccessTests.Secured("olga"));
        Assert.Equal(Roles.Anonymous | Roles.AuthenticatedUser | Roles.TrustedApplication | Roles.Operator, log.LastRoles);
    });

    [Fact]
    public void Only_an_administrator_on_an_encrypted_channel_reads_who_has_a_role() => Bench.Run(async bench =>
    {
        bench.Secure();
        NodeAccessTests.Machine(bench);
        await using var olga = await bench.ConnectSecurelyAsync(NodeAccessTests.Secured("olga"));
        await using var signed = await bench.ConnectSecurelyAsync(NodeAccessTests.Secured("sara", MessageSecurityMode.Sign));
        await using var sara = await bench.ConnectSecurelyAsync(NodeAccessTests.Secured("sara"));
        var identities = new NodeId(0, 16225);
        Assert.Equal("BadUserAccessDenied", (await olga.ReadAsync(identities, Cancellation)).Status.Name);
        Assert.Equal("BadSecurityModeInsufficient", (await signed.ReadAsync(identities, Cancellation)).Status.Name);
        Assert.Equal(["UserName olga"], Identities(await sara.ReadAsync(identities, Cancellation)));
        Assert.Equal(["Anonymous ", "AuthenticatedUser "], Identities(await sara.ReadAsync(new NodeId(0, 16192), Cancellation)));

        // Everybody sees which roles there are, and only administrators what they are made of; roles that are not there are not shown.
        Assert.Equal("Anonymous AuthenticatedUser ConfigureAdmin Engineer Observer Operator SecurityAdmin Supervisor TrustedApplication", await NamesAsync(olga, new NodeId(0, 15606)));
        Assert.Equal("", await NamesAsync(olga, Operator));
        Assert.Equal(
            "AddApplication AddEndpoint AddIdentity Applications ApplicationsExclude CustomConfiguration Endpoints EndpointsExclude Identities RemoveApplication RemoveEndpoint RemoveIdentity",
            await NamesAsync(sara, Operator));
    });

    [Fact]
    public void An_administrator_gives_and_takes_a_role() => Bench.Run(async bench =>
    {
        bench.Secure();
        NodeAccessTests.Machine(bench);
        await using var anna = await bench.ConnectSecurelyAsync(NodeAccessTests.Secured("anna"));
        await using var sara = await bench.ConnectSecurelyAsync(NodeAccessTests.Secured("sara"));
        async Task<string> WriteAsync() => (await anna.WriteAsync(Bench.Id("Setpoint"), 1.0, Cancellation)).Name;
        var rule = new IdentityMappingRule(IdentityCriteria.UserName, "anna");
        Assert.Equal("BadUserAccessDenied", await WriteAsync());
        Assert.Equal("BadUserAccessDenied", await CallAsync(anna, Operator, 15684, rule));
        Assert.Equal("Good", await CallAsync(sara, Operator, 15684, rule));
        Assert.Equal("Good", await WriteAsync());
        Assert.Equal("BadAlreadyExists", await CallAsync(sara, Operator, 15684, rule));
        Assert.Equal("Good", await CallAsync(sara, Operator, 15686, rule));
        Assert.Equal("BadNotFound", await CallAsync(sara, Operator, 15686, rule));
        Assert.Equal("BadUserAccessDenied", await WriteAsync());

        Assert.Equal("BadInvalidArgument", await CallAsync(sara, Operator, 15684, new IdentityMappingRule(IdentityCriteria.UserName, "")));
        Assert.Equal("BadInvalidArgument", await CallAsync(sara, Operator, 15684, new IdentityMappingRule((IdentityCriteria)99)));
        Assert.Equal("BadNotSupported", await CallAsync(sara, Operator, 15684, new IdentityMappingRule(IdentityCriteria.GroupId, "masters")));
        Assert.Equal("BadRequestNotAllowed", await CallAsync(sara, SecurityAdmin, 15708, new IdentityMappingRule(IdentityCriteria.Anonymous)));
        Assert.Equal("BadNotSupported", (await sara.CallAsync(new NodeId(0, 15606), new NodeId(0, 16301), ["Master", ""], Cancellation)).Status.Name);
    });

    [Fact]
    public void An_administrator_binds_a_role_to_applications_and_endpoints() => Bench.Run(async bench =>
    {
        bench.Secure();
        NodeAccessTests.Machine(bench);
        await using var olga = await bench.ConnectSecurelyAsync(NodeAccessTests.Secured("olga", MessageSecurityMode.Sign));
        await using var sara = await bench.ConnectSecurelyAsync(NodeAccessTests.Secured("sara"));
        async Task<string> WriteAsync() => (await olga.WriteAsync(Bench.Id("Setpoint"), 1.0, Cancellation)).Name;
        Assert.Equal("Good", await WriteAsync());
        Assert.Equal("Good", (await sara.CallAsync(Operator, new NodeId(0, 16228), [TestCertificates.ClientUri], Cancellation)).Status.Name);
        Assert.Equal("BadUserAccessDenied", await WriteAsync());
        Assert.Equal("Good", (await sara.WriteAsync(new NodeId(0, 15418), false, Cancellation)).Name);
        Assert.Equal("Good", await WriteAsync());
        Assert.Equal("Good", await CallAsync(sara, Operator, 16232, new EndpointType(null, MessageSecurityMode.Sign)));
        Assert.Equal("BadUserAccessDenied", await WriteAsync());
        Assert.Equal("BadUserAccessDenied", (await olga.WriteAsync(new NodeId(0, 15423), true, Cancellation)).Name);

        // The state is that of the server's owner to keep.
        var saved = bench.Server.RoleMappings.Save();
        Assert.Equal("Good", await CallAsync(sara, Operator, 16234, new EndpointType(null, MessageSecurityMode.Sign)));
        Assert.Equal("Good", (await sara.CallAsync(Operator, new NodeId(0, 16230), [TestCertificates.ClientUri], Cancellation)).Status.Name);
        Assert.Empty(bench.Server.RoleMappings[Roles.Operator].Applications);
        bench.Server.RoleMappings.Load(saved);
        var loaded = bench.Server.RoleMappings[Roles.Operator];
        Assert.Equal((TestCertificates.ClientUri, false, MessageSecurityMode.Sign, "olga"), (loaded.Applications.Single(), loaded.ApplicationsExclude, loaded.Endpoints.Single().SecurityMode, loaded.Identities.Single().Criteria));
        Assert.Equal(TestCertificates.ClientUri, Assert.Single((string?[])(await sara.ReadAsync(new NodeId(0, 16226), Cancellation)).Value.Elements!));
    });

    [Fact]
    public void A_server_without_roles_lets_nobody_change_them() => Bench.Run(async bench =>
    {
        bench.Secure();
        await using var client = await bench.ConnectSecurelyAsync(SecureBench.Options(SecurityPolicy.Basic256Sha256));
        Assert.Equal("BadUserAccessDenied", await CallAsync(client, Operator, 15684, new IdentityMappingRule(IdentityCriteria.Anonymous)));
        Assert.Equal("BadUserAccessDenied", (await client.WriteAsync(new NodeId(0, 15418), false, Cancellation)).Name);
    });

    private static RoleMapping Mapping(IdentityCriteria type, string? criteria = null) => new() { Identities = [new IdentityMappingRule(type, criteria)] };

    private static async Task<string> CallAsync(OpcUaClient client, NodeId role, uint method, IStructure input) =>
        (await client.CallAsync(role, new NodeId(0, method), [new Variant(input)], Cancellation)).Status.Name;

    private static string[] Identities(DataValue value) =>
        [.. ((ExtensionObject[])value.Value.Elements!).Select(static e => (IdentityMappingRule)e.Structure!).Select(static r => $"{r.CriteriaType} {r.Criteria}")];

    private static async Task<string> NamesAsync(OpcUaClient client, NodeId node) =>
        string.Join(' ', (await client.BrowseAsync(node, Cancellation, ReferenceTypeIds.HierarchicalReferences)).Where(static r => r.Class != NodeClass.Method || !r.BrowseName.Name!.EndsWith("Role", StringComparison.Ordinal)).Select(static r => r.BrowseName.Name).Order(StringComparer.Ordinal));
}
