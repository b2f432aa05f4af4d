using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Events.Conditions;
using TrainingLab.OpcUa.History;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.InteropTests.OpcUa;

/// <summary>
/// A machine of which everything may be asked: users and roles, tags that can be written, a list, a structure, a tag for operators only, an alarm on the level, and ten minutes of the level's past,
/// 0, 10, 20 … 90, of which the fourth is bad.
/// </summary>
internal static class ExaminedServer
{
    private const Permissions See = Permissions.Browse | Permissions.Read | Permissions.ReadHistory | Permissions.ReceiveEvents;
    private const Permissions Use = See | Permissions.Write | Permissions.Call;

    public static readonly DateTime Start = new(2026, 1, 5, 7, 0, 0, DateTimeKind.Utc);

    /// <summary>A server that knows one client application.</summary>
    public static OpcUaServer Create(ApplicationCertificate client, OpcUaLimits? limits = null)
    {
        var space = new AddressSpace("urn:test:filler-1", FillerServer.MachineUri);
        var past = new Past();
        var store = new MemoryCertificateStore();
        store.Replace(TrustLists.Empty with { Trusted = [client.Certificate] });
        var server = new OpcUaServer(
            new OpcUaServerOptions
            {
                ApplicationName = "Filler 1",
                History = past,
                Limits = limits ?? new OpcUaLimits(),
                Security = new ServerSecurity { Certificate = Certificate("urn:test:filler-1"), Store = store, Endpoints = [.. ServerSecurity.AllSecured, EndpointSecurity.None] },
                Users = static (user, password, _, _) => ValueTask.FromResult<StatusCode>(user is "operator" or "viewer" && password == "secret" ? StatusCodes.Good : StatusCodes.BadUserAccessDenied),
                UserCertificates = static (certificate, _, _) => ValueTask.FromResult<(StatusCode, string?)>((StatusCodes.Good, certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false))),
                Roles = new Dictionary<Roles, RoleMapping>
                {
                    [Roles.Operator] = new() { Identities = [new IdentityMappingRule(IdentityCriteria.UserName, "operator"), new IdentityMappingRule(IdentityCriteria.UserName, "person")] },
                },
            },
            space,
            TimeProvider.System);
        var machine = space.AddObject(ObjectIds.ObjectsFolder, FillerServer.Id("Filler"), "Filler");
        machine.EventNotifier = 1;
        space.AddReference(ObjectIds.Server, ReferenceTypeIds.HasNotifier, machine.Id);
        var level = space.AddVariable(machine.Id, FillerServer.Id("Filler.Level"), "Level", BuiltInType.Double, new VariableOptions { Writable = true, InitialValue = 50.0, Range = new UaRange(0, 100) });
        space.AddVariable(machine.Id, FillerServer.Id("Filler.Setpoint"), "Setpoint", BuiltInType.Double, new VariableOptions { Writable = true, InitialValue = 0.0 });
        space.AddVariable(machine.Id, FillerServer.Id("Filler.Counts"), "Counts", BuiltInType.Int32, new VariableOptions { ValueRank = 1, Writable = true, InitialValue = Variant.From(new[] { 1, 2, 3, 4 }) });
        space.AddVariable(machine.Id, FillerServer.Id("Filler.Name"), "Name", BuiltInType.String, new VariableOptions { InitialValue = "filler" });
        var recipe = space.AddVariable(machine.Id, FillerServer.Id("Filler.Recipe"), "Recipe", BuiltInType.Double, new VariableOptions { Writable = true, InitialValue = 7.0 });
        space.AddMethod(machine.Id, FillerServer.Id("Filler.Start"), "Start", [], [], static (_, _, _, _, _) => ValueTask.FromResult(new CallResult(StatusCodes.Good, [])));
        space.AddHistory(level);
        past.Level = level;
        server.Conditions.Add(new LimitAlarm(
            server,
            new AlarmOptions
            {
                Id = FillerServer.Id("Filler.Alarms.Level"),
                Name = "LowLevel",
                Parent = machine.Id,
                Source = machine,
                Input = level,
                Messages = [new LocalizedText("Product is running low", "en"), new LocalizedText("料液不足", "zh")],
            },
            highHigh: null, high: null, low: new AlarmLimit(20, 600), lowLow: new AlarmLimit(5, 900), deadband: 1));
        server.Conditions.Start();
        space.SetDefaultAccess(FillerServer.MachineUri, NodeAccess.ForRoles(new Dictionary<Roles, Permissions> { [Roles.Anonymous] = See, [Roles.AuthenticatedUser] = See, [Roles.Operator] = Use }));
        space.SetAccess(recipe, NodeAccess.ForRoles(new Dictionary<Roles, Permissions> { [Roles.Anonymous] = Permissions.Browse, [Roles.Operator] = Use }));
        return server;
    }

    public static ApplicationCertificate Certificate(string uri) => ApplicationCertificate.SelfSigned(
        new CertificateContent { ApplicationUri = uri, CommonName = uri[(uri.LastIndexOf(':') + 1)..], Hosts = ["localhost", "127.0.0.1"], NotBefore = TimeProvider.System.GetUtcNow().AddDays(-1) },
        RSA.Create(2048));

    private sealed class Past : IHistorySource
    {
        public VariableNode? Level { get; set; }

        public bool Keeps(VariableNode variable) => variable == Level;

        public ValueTask<HistoryPage> ReadAsync(HistoryQuery query, CancellationToken cancellationToken)
        {
            var values = Enumerable.Range(0, 10)
                .Select(static i => i == 3 ? DataValue.Bad(StatusCodes.BadSensorFailure) with { SourceTimestamp = Start.AddMinutes(3) } : new DataValue(i * 10.0, StatusCodes.Good, Start.AddMinutes(i)))
                .Where(v => v.SourceTimestamp >= query.From && v.SourceTimestamp <= query.To);
            return ValueTask.FromResult(new HistoryPage(StatusCodes.Good, [.. (query.NewestFirst ? values.Reverse() : values).Take(query.Max)]));
        }
    }
}
