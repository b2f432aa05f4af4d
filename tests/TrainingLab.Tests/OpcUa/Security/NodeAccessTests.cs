using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Events;
using TrainingLab.OpcUa.History;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;
using TrainingLab.Tests.OpcUa.Events;

namespace TrainingLab.Tests.OpcUa.Security;

/// <summary>What roles decide about nodes (OPC 10000-3, 4.9, 5.2.9 to 5.2.11, 8.55 and 8.56): olga is an operator, sara a security administrator, everybody else is anonymous.</summary>
public class NodeAccessTests
{
    private const Permissions See = Permissions.Browse | Permissions.Read;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Without_roles_everything_is_open_and_nothing_tells_of_permissions() => Bench.Run(async bench =>
    {
        bench.AddMachine();
        bench.Space.Find(Bench.Id("Setpoint"))!.Access = Rules((Roles.Operator, See));
        await using var client = await bench.ConnectAsync();
        Assert.Equal("Good", await WriteAsync(client, "Setpoint"));
        Assert.Equal(
            ["BadAttributeIdInvalid", "BadAttributeIdInvalid", "BadAttributeIdInvalid", "3"],
            await ReadAsync(client, Bench.Id("Setpoint"), AttributeId.RolePermissions, AttributeId.UserRolePermissions, AttributeId.AccessRestrictions, AttributeId.UserAccessLevel));
    });

    [Fact]
    public void A_role_decides_what_is_seen_read_written_and_called() => Bench.Run(async bench =>
    {
        Machine(bench);
        await using var anonymous = await bench.ConnectAsync();
        await using var olga = await bench.ConnectAsync(As("olga"));

        Assert.Equal("Machine Speed", await NamesAsync(anonymous));
        Assert.Equal("Machine Double Setpoint Speed", await NamesAsync(olga));

        Assert.Equal("Good BadUserAccessDenied", string.Join(' ', (await anonymous.ReadAsync([new ReadItem(Bench.Id("Speed")), new ReadItem(Bench.Id("Setpoint"))], Cancellation)).Select(static v => v.Status.Name)));
        Assert.Equal(("BadUserAccessDenied", "Good", "BadNotWritable"), (await WriteAsync(anonymous, "Setpoint"), await WriteAsync(olga, "Setpoint"), await WriteAsync(olga, "Speed")));
        Assert.Equal(("BadUserAccessDenied", "Good"), (await CallAsync(anonymous), await CallAsync(olga)));
        Assert.Equal("BadNoMatch", (await anonymous.TranslateAsync(Bench.Id("Machine"), [new QualifiedName(2, "Setpoint")], Cancellation)).Status.Name);
        Assert.Equal("BadNodeIdUnknown", (await anonymous.TranslateAsync(Bench.Id("Setpoint"), [new QualifiedName(2, "x")], Cancellation)).Status.Name);
        Assert.Equal("Good", (await olga.TranslateAsync(Bench.Id("Machine"), [new QualifiedName(2, "Setpoint")], Cancellation)).Status.Name);
        Assert.Equal("BadNodeIdUnknown", (await Assert.ThrowsAsync<OpcUaException>(() => anonymous.BrowseAsync(Bench.Id("Setpoint"), Cancellation))).Status.Name);
    });

    [Fact]
    public void The_attributes_of_access_are_true_for_who_reads_them() => Bench.Run(async bench =>
    {
        Machine(bench);
        await using var anonymous = await bench.ConnectAsync();
        await using var olga = await bench.ConnectAsync(As("olga"));
        AttributeId[] levels = [AttributeId.AccessLevel, AttributeId.UserAccessLevel, AttributeId.WriteMask, AttributeId.UserWriteMask];
        Assert.Equal(["1", "1", "0", "0"], await ReadAsync(anonymous, Bench.Id("Speed"), levels));
        Assert.Equal(["3", "3", "0", "0"], await ReadAsync(olga, Bench.Id("Setpoint"), levels));
        Assert.Equal(["BadUserAccessDenied", "BadUserAccessDenied", "BadUserAccessDenied", "BadUserAccessDenied"], await ReadAsync(anonymous, Bench.Id("Setpoint"), levels));
        Assert.Equal(["True", "True"], await ReadAsync(olga, Bench.Id("Double"), AttributeId.Executable, AttributeId.UserExecutable));

        // A read-only role sees that it must not write.
        bench.Space.SetAccess(bench.Space.Find(Bench.Id("Setpoint"))!, Rules((Roles.Anonymous, See), (Roles.Operator, See | Permissions.Write | Permissions.ReadRolePermissions)));
        Assert.Equal(["3", "1", "0", "0"], await ReadAsync(anonymous, Bench.Id("Setpoint"), levels));
        Assert.Equal("BadUserAccessDenied", await WriteAsync(anonymous, "Setpoint"));
        Assert.Equal(["BadUserAccessDenied"], await ReadAsync(anonymous, Bench.Id("Setpoint"), AttributeId.RolePermissions));
        Assert.Equal("i=15644:33 i=15680:99", await PermissionsAsync(olga, Bench.Id("Setpoint"), AttributeId.RolePermissions));
        Assert.Equal("i=15644:33", await PermissionsAsync(anonymous, Bench.Id("Setpoint"), AttributeId.UserRolePermissions));

        // What has no rules of its own tells of none: those of its namespace hold.
        Assert.Equal(["BadAttributeIdInvalid", "BadAttributeIdInvalid"], await ReadAsync(olga, Bench.Id("Machine"), AttributeId.RolePermissions, AttributeId.UserRolePermissions));
    });

    [Fact]
    public void A_namespace_has_defaults_that_move_with_it() => Bench.Run(async bench =>
    {
        Machine(bench);
        await using (var olga = await bench.ConnectAsync(As("olga")))
        {
            Assert.Equal("urn:test:machine", (await olga.ReadAsync(await MetadataAsync(olga, 2, "NamespaceUri"), Cancellation)).Value.ToString());
            Assert.Equal("i=15644:33 i=15680:4129", await PermissionsAsync(olga, await MetadataAsync(olga, 2, "DefaultRolePermissions")));
            Assert.Equal("i=15644:33 i=15680:4129", await PermissionsAsync(olga, await MetadataAsync(olga, 2, "DefaultUserRolePermissions")));
            Assert.Equal("0", (await olga.ReadAsync(await MetadataAsync(olga, 2, "DefaultAccessRestrictions"), Cancellation)).Value.ToString());
        }

        await using (var anonymous = await bench.ConnectAsync())
        {
            Assert.Equal("i=15644:33", await PermissionsAsync(anonymous, await MetadataAsync(anonymous, 2, "DefaultUserRolePermissions")));
        }

        await bench.Server.RestartAsync(["urn:test:other", "urn:test:machine"]);
        await using var after = await bench.ConnectAsync();
        Assert.Equal("BadUserAccessDenied", (await after.ReadAsync(new NodeId(3, "Setpoint"), Cancellation)).Status.Name);
        Assert.Equal("i=15644:33", await PermissionsAsync(after, await MetadataAsync(after, 3, "DefaultUserRolePermissions")));
    });

    [Fact]
    public void A_node_can_want_a_protected_channel() => Bench.Run(async bench =>
    {
        bench.Secure();
        Machine(bench);
        bench.Space.Find(Bench.Id("Setpoint"))!.Access = new NodeAccess(null, AccessRestrictions.EncryptionRequired | AccessRestrictions.SigningRequired);
        bench.Space.Find(Bench.Id("Speed"))!.Access = new NodeAccess(null, AccessRestrictions.EncryptionRequired | AccessRestrictions.ApplyRestrictionsToBrowse);
        await using var signed = await bench.ConnectSecurelyAsync(Secured("olga", MessageSecurityMode.Sign));
        await using var encrypted = await bench.ConnectSecurelyAsync(Secured("olga", MessageSecurityMode.SignAndEncrypt));
        Assert.Equal("Machine Double Setpoint", await NamesAsync(signed));
        Assert.Equal("Machine Double Setpoint Speed", await NamesAsync(encrypted));
        Assert.Equal("BadSecurityModeInsufficient", (await signed.ReadAsync(Bench.Id("Setpoint"), Cancellation)).Status.Name);
        Assert.Equal(["3", "0", "3"], await ReadAsync(signed, Bench.Id("Setpoint"), AttributeId.AccessLevel, AttributeId.UserAccessLevel, AttributeId.AccessRestrictions));
        Assert.Equal("Good", (await encrypted.ReadAsync(Bench.Id("Setpoint"), Cancellation)).Status.Name);
        Assert.Equal("BadUserAccessDenied", await WriteAsync(encrypted, "Setpoint"));
    });

    [Fact]
    public void A_monitored_item_follows_the_roles_of_its_session() => Bench.Run(async bench =>
    {
        Machine(bench);
        await using var anna = await bench.ConnectAsync(As("anna"));
        var seen = new List<string>();
        await using var subscription = await anna.SubscribeAsync(100, [new WatchItem(Bench.Id("Setpoint"))], c => seen.Add(c.Value.Status.IsGood ? c.Value.Value.ToString() : c.Value.Status.Name), Cancellation);
        bench.Step(200);
        bench.Server.RoleMappings.AddIdentity(Roles.Operator, new IdentityMappingRule(IdentityCriteria.UserName, "anna"));
        bench.Step(200);
        bench.Server.RoleMappings.RemoveIdentity(Roles.Operator, new IdentityMappingRule(IdentityCriteria.UserName, "anna"));
        bench.Step(200);
        Assert.Equal(["BadUserAccessDenied", "10", "BadUserAccessDenied"], seen);
    });

    [Fact]
    public void The_rest_of_a_browse_is_forgotten_with_the_role() => Bench.Run(async bench =>
    {
        Machine(bench);
        var client = new Server.SilentClient(bench);
        await client.OpenAsync();
        var first = await client.CallAsync<BrowseRequest, BrowseResponse>(new BrowseRequest(
            default, 1, [new BrowseDescription(Bench.Id("Machine"), BrowseDirection.Both, default, true, 0, 63)]));
        Assert.NotNull(first.Results[0].ContinuationPoint);
        bench.Server.RoleMappings.Set(Roles.Observer, new RoleMapping { Identities = [new(IdentityCriteria.Anonymous)] });
        var next = await client.CallAsync<BrowseNextRequest, BrowseNextResponse>(new BrowseNextRequest(false, [first.Results[0].ContinuationPoint]));
        Assert.Equal(StatusCodes.BadContinuationPointInvalid, next.Results[0].Status.Code);
    });

    [Fact]
    public void An_event_needs_the_permission_on_its_type_and_its_source() => Bench.Run(async bench =>
    {
        bench.Secure();
        Machine(bench);
        var machine = (ObjectNode)bench.Space.Find(Bench.Id("Machine"))!;
        bench.Space.AddReference(ObjectIds.Server, ReferenceTypeIds.HasNotifier, machine.Id);
        machine.Access = Rules((Roles.Anonymous, See), (Roles.Operator, See | Permissions.ReceiveEvents), (Roles.SecurityAdmin, See | Permissions.ReceiveEvents));
        await using var anna = await bench.ConnectSecurelyAsync(Secured("anna"));
        await using var olga = await bench.ConnectSecurelyAsync(Secured("olga"));
        await using var sara = await bench.ConnectSecurelyAsync(Secured("sara"));
        var seen = new Dictionary<string, List<string>>();
        foreach (var (name, client) in new[] { ("anna", anna), ("olga", olga), ("sara", sara) })
        {
            seen[name] = [];
            await client.SubscribeEventsAsync(100, ObjectIds.Server, new EventFilter([EventSubscriptionTests.Field("SourceName")], ContentFilter.Everything), f => seen[name].Add(f[0].ToString()), Cancellation);
        }

        bench.Server.Raise(new UaEvent(EventTypeIds.BaseEventType, ObjectIds.Server, "from the server", "hot", 300));
        bench.Server.Raise(new UaEvent(EventTypeIds.BaseEventType, machine.Id, "from the machine", "hot", 300));
        await anna.WriteAsync(Bench.Id("Speed"), 1.0, Cancellation);
        bench.Step(200);
        Assert.Equal(["from the server"], seen["anna"]);
        Assert.Equal(["from the server", "from the machine"], seen["olga"]);

        // Audit events are for security administrators: so says the standard's own nodeset.
        Assert.Equal(["from the server", "from the machine", "Attribute/Write"], seen["sara"].Where(static s => !s.StartsWith("Se", StringComparison.Ordinal)));
    });

    [Fact]
    public void History_has_a_permission_of_its_own() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with { History = new EmptyHistory() };
        Machine(bench);
        bench.Space.AddHistory((VariableNode)bench.Space.Find(Bench.Id("Speed"))!);
        var details = new ReadRawModifiedDetails(false, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc), new DateTime(2026, 1, 2, 0, 0, 0, DateTimeKind.Utc), 0, false);
        await using var olga = await bench.ConnectAsync(As("olga"));
        Assert.Equal("BadUserAccessDenied", (await olga.ReadHistoryAsync(Bench.Id("Speed"), details, 10, Cancellation)).Status.Name);
        Assert.Equal(["5", "1"], await ReadAsync(olga, Bench.Id("Speed"), AttributeId.AccessLevel, AttributeId.UserAccessLevel));
        bench.Space.Find(Bench.Id("Speed"))!.Access = Rules((Roles.Operator, See | Permissions.ReadHistory));
        Assert.Equal("GoodNoData", (await olga.ReadHistoryAsync(Bench.Id("Speed"), details, 10, Cancellation)).Status.Name);
        Assert.Equal(["5", "5"], await ReadAsync(olga, Bench.Id("Speed"), AttributeId.AccessLevel, AttributeId.UserAccessLevel));
    });

    [Fact]
    public void A_session_that_changes_its_user_changes_its_roles() => Bench.Run(async bench =>
    {
        Machine(bench);
        var client = new Server.SilentClient(bench);
        await client.OpenAsync();
        async Task<StatusCode> WriteAsync() => (await client.CallAsync<WriteRequest, WriteResponse>(
            new WriteRequest([new WriteValue(Bench.Id("Setpoint"), AttributeId.Value, null, new DataValue(1.0))]))).Results[0];
        Assert.Equal(StatusCodes.BadUserAccessDenied, (await WriteAsync()).Code);
        await client.CallAsync<ActivateSessionRequest, ActivateSessionResponse>(new ActivateSessionRequest(
            default, [], null, new ExtensionObject(new UserNameIdentityToken("username", "olga", "secret"u8.ToArray(), null)), default));
        Assert.Equal(StatusCodes.Good, (await WriteAsync()).Code);
    });

    /// <summary>Everybody may see the machine, operators may call on it; the setpoint and the method are the operators'.</summary>
    internal static void Machine(Bench bench)
    {
        bench.Options = bench.Options with
        {
            Users = static (_, password, _, _) => ValueTask.FromResult<StatusCode>(password == "secret" ? StatusCodes.Good : StatusCodes.BadUserAccessDenied),
            Roles = new Dictionary<Roles, RoleMapping>
            {
                [Roles.Operator] = new() { Identities = [new IdentityMappingRule(IdentityCriteria.UserName, "olga")] },
                [Roles.SecurityAdmin] = new() { Identities = [new IdentityMappingRule(IdentityCriteria.UserName, "sara")] },
            },
        };
        bench.AddMachine();
        bench.Space.AddMethod(Bench.Id("Machine"), Bench.Id("Double"), "Double", [new Argument("x", DataTypeIds.Of(BuiltInType.Double))], [], static (_, _, _, _, _) => ValueTask.FromResult(new CallResult(StatusCodes.Good)));
        bench.Space.SetDefaultAccess("urn:test:machine", Rules((Roles.Anonymous, See), (Roles.Operator, See | Permissions.Call)));
        bench.Space.SetAccess(bench.Space.Find(Bench.Id("Setpoint"))!, Rules((Roles.Operator, See | Permissions.Write)));
        bench.Space.SetAccess(bench.Space.Find(Bench.Id("Double"))!, Rules((Roles.Operator, Permissions.Browse | Permissions.Call)));
    }

    internal static OpcUaClientOptions As(string user) => Bench.ClientOptions with { UserName = user, Password = "secret" };

    internal static OpcUaClientOptions Secured(string user, MessageSecurityMode mode = MessageSecurityMode.SignAndEncrypt) =>
        SecureBench.Options(SecurityPolicy.Basic256Sha256, mode) with { UserName = user, Password = "secret" };

    private static NodeAccess Rules(params (Roles Role, Permissions Permissions)[] rules) => NodeAccess.ForRoles(rules.ToDictionary(static r => r.Role, static r => r.Permissions));

    /// <summary>The machine and its parts, as far as they are seen.</summary>
    private static async Task<string> NamesAsync(OpcUaClient client)
    {
        var found = await client.BrowseAsync(ObjectIds.ObjectsFolder, Cancellation, ReferenceTypeIds.Organizes);
        var machine = found.Single(static r => r.BrowseName.NamespaceIndex == 2);
        var parts = await client.BrowseAsync(machine.Node.Node, Cancellation, ReferenceTypeIds.HierarchicalReferences);
        return string.Join(' ', [machine.BrowseName.Name, .. parts.Select(static p => p.BrowseName.Name).Order(StringComparer.Ordinal)]);
    }

    private static async Task<string> WriteAsync(OpcUaClient client, string tag) => (await client.WriteAsync(Bench.Id(tag), 12.0, Cancellation)).Name;

    private static async Task<string> CallAsync(OpcUaClient client) => (await client.CallAsync(Bench.Id("Machine"), Bench.Id("Double"), [1.0], Cancellation)).Status.Name;

    private static async Task<string[]> ReadAsync(OpcUaClient client, NodeId node, params AttributeId[] attributes) =>
        [.. (await client.ReadAsync([.. attributes.Select(a => new ReadItem(node, a))], Cancellation)).Select(static v => v.Status.IsGood ? v.Value.ToString() : v.Status.Name)];

    private static async Task<string> PermissionsAsync(OpcUaClient client, NodeId node, AttributeId attribute = AttributeId.Value)
    {
        var value = (await client.ReadAsync([new ReadItem(node, attribute)], Cancellation))[0];
        return value.Value.Elements is ExtensionObject[] list
            ? string.Join(' ', list.Select(static e => Permission(e)).Select(static p => $"{p.RoleId}:{p.Permissions}"))
            : value.Status.Name;
    }

    private static RolePermission Permission(ExtensionObject value)
    {
        if (value.Structure is RolePermission permission)
        {
            return permission;
        }

        var reader = new TrainingLab.OpcUa.Encoding.UaReader(value.Body!);
        return RolePermission.Read(ref reader);
    }

    private static async Task<NodeId> MetadataAsync(OpcUaClient client, ushort index, string property)
    {
        var metadata = (await client.BrowseAsync(new NodeId(0, 11715), Cancellation)).Single(r => r.BrowseName.NamespaceIndex == index);
        return (await client.BrowseAsync(metadata.Node.Node, Cancellation)).Single(r => r.BrowseName.Name == property).Node.Node;
    }

    private sealed class EmptyHistory : IHistorySource
    {
        public bool Keeps(VariableNode variable) => true;

        public ValueTask<HistoryPage> ReadAsync(HistoryQuery query, CancellationToken cancellationToken) => ValueTask.FromResult(new HistoryPage(StatusCodes.Good, []));
    }
}
