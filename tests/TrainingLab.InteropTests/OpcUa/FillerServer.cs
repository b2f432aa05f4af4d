using System.Security.Cryptography.X509Certificates;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.InteropTests.OpcUa;

/// <summary>A small machine to talk to: a speed with unit and range, a writable setpoint, a state, an array, a method.</summary>
internal static class FillerServer
{
    public const string MachineUri = "urn:test:machine";
    public const string OtherUri = "urn:test:other";

    public static OpcUaServer Create(IOpcUaObserver? observer = null, ServerSecurity? security = null, IReadOnlyDictionary<Roles, RoleMapping>? roles = null)
    {
        var space = new AddressSpace("urn:test:filler-1", MachineUri, OtherUri);
        space.AddFolder(ObjectIds.ObjectsFolder, Id("Filler"), "Filler", new LocalizedText("Filler", "en"));
        space.AddVariable(Id("Filler"), Id("Filler.Speed"), "Speed", BuiltInType.Double, new VariableOptions
        {
            Units = EUInformation.FromUneceCode("RPM", "r/min", "revolution per minute"),
            Range = new UaRange(0, 200),
            InitialValue = 100.0,
        });
        space.AddVariable(Id("Filler"), Id("Filler.Setpoint"), "Setpoint", BuiltInType.Double, new VariableOptions
        {
            Writable = true,
            InitialValue = 50.0,
            OnWrite = (node, value, _, _) =>
            {
                if (!value.Value.TryGetDouble(out var v) || v > 200)
                    return ValueTask.FromResult<StatusCode>(StatusCodes.BadOutOfRange);
                node.SetValue(value);
                return ValueTask.FromResult<StatusCode>(StatusCodes.Good);
            },
        });
        space.AddVariable(Id("Filler"), Id("Filler.State"), "State", BuiltInType.Int32, new VariableOptions { EnumStrings = ["Stopped", "Running"], InitialValue = 1 });
        space.AddVariable(Id("Filler"), Id("Filler.Counts"), "Counts", BuiltInType.Int32, new VariableOptions
        {
            ValueRank = 1,
            Writable = true,
            InitialValue = Variant.From(new[] { 1, 2, 3, 4 }),
        });
        space.AddMethod(
            Id("Filler"), Id("Filler.Add"), "Add",
            [new Argument("a", DataTypeIds.Of(BuiltInType.Double)), new Argument("b", DataTypeIds.Of(BuiltInType.Double))],
            [new Argument("sum", DataTypeIds.Of(BuiltInType.Double))],
            (_, _, inputs, _, _) =>
            {
                inputs[0].TryGetDouble(out var a);
                inputs[1].TryGetDouble(out var b);
                return ValueTask.FromResult(new CallResult(StatusCodes.Good, [a + b]));
            });
        var options = new OpcUaServerOptions
        {
            ApplicationName = "Filler 1",
            Security = security,
            Roles = roles,
            UserCertificates = static (certificate, _, _) => ValueTask.FromResult<(StatusCode, string?)>((StatusCodes.Good, certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false))),
            Users = (user, password, _, _) =>
                ValueTask.FromResult<StatusCode>(user is "operator" or "sara" && password == "secret" ? StatusCodes.Good : StatusCodes.BadUserAccessDenied),
        };
        return new OpcUaServer(options, space, TimeProvider.System, observer);
    }

    public static NodeId Id(string text) => new(2, text);
}
