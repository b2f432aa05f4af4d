using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.OpcUa.Server;

/// <summary>
/// The RoleSet of namespace 0 (OPC 10000-18, 4.2): shows who has which role, and lets an administrator change it. Roles are neither added nor removed.
/// </summary>
internal sealed class RoleSetObject
{
    private const uint AddRole = 16301;
    private const uint RemoveRole = 16304;

    private readonly OpcUaServer _server;
    private readonly Dictionary<uint, CallHandler> _methods = [];
    private readonly HashSet<uint> _ruleMethods = [];
    private readonly List<(VariableNode Node, Roles Role, Func<RoleMapping, Variant> Read)> _shown = [];

    public RoleSetObject(OpcUaServer server)
    {
        _server = server;
        _methods[AddRole] = Administration.Only(static (_, _) => new CallResult(StatusCodes.BadNotSupported));
        _methods[RemoveRole] = Administration.Only(static (_, _) => new CallResult(StatusCodes.BadNotSupported));
        foreach (var role in WellKnownRoles.All)
        {
            Show(role, "Identities", static m => Variant.From(m.Identities.Select(static i => new ExtensionObject(i)).ToArray()));
            if (WellKnownRoles.Assignable.Contains(role))
            {
                Describe(role);
            }
        }

        Update();
        server.RoleMappings.Changed += Update;
    }

    /// <summary>The handler of a method of namespace 0; null where it is none of a role's.</summary>
    public CallHandler? HandlerOf(uint method) => _methods.GetValueOrDefault(method);

    /// <summary>Whether a method of namespace 0 changes who has a role.</summary>
    public bool ChangesRules(uint method) => _ruleMethods.Contains(method);

    private void Describe(Roles role)
    {
        Show(role, "Applications", static m => Variant.From(m.Applications.ToArray()));
        Show(role, "Endpoints", static m => Variant.From(m.Endpoints.Select(static e => new ExtensionObject(e)).ToArray()));
        Show(role, "CustomConfiguration", static _ => false);
        LetWrite(Show(role, "ApplicationsExclude", static m => m.ApplicationsExclude), role, static (m, exclude) => m with { ApplicationsExclude = exclude });
        LetWrite(Show(role, "EndpointsExclude", static m => m.EndpointsExclude), role, static (m, exclude) => m with { EndpointsExclude = exclude });

        Let(role, "AddIdentity", inputs => Structure<IdentityMappingRule>(inputs) is { } rule ? _server.RoleMappings.AddIdentity(role, rule) : StatusCodes.BadInvalidArgument);
        Let(role, "RemoveIdentity", inputs => Structure<IdentityMappingRule>(inputs) is { } rule ? _server.RoleMappings.RemoveIdentity(role, rule) : StatusCodes.BadInvalidArgument);
        Let(role, "AddApplication", inputs => _server.RoleMappings.AddApplication(role, Text(inputs)));
        Let(role, "RemoveApplication", inputs => _server.RoleMappings.RemoveApplication(role, Text(inputs)));
        Let(role, "AddEndpoint", inputs => Structure<EndpointType>(inputs) is { } endpoint ? _server.RoleMappings.AddEndpoint(role, endpoint) : StatusCodes.BadInvalidArgument);
        Let(role, "RemoveEndpoint", inputs => Structure<EndpointType>(inputs) is { } endpoint ? _server.RoleMappings.RemoveEndpoint(role, endpoint) : StatusCodes.BadInvalidArgument);
    }

    private static T? Structure<T>(IReadOnlyList<Variant> inputs)
        where T : class, IStructure => inputs[0].TryGet(out ExtensionObject? value) ? value?.Structure as T : null;

    private static string Text(IReadOnlyList<Variant> inputs) => inputs[0].TryGet(out string? text) && text is not null ? text : "";

    private VariableNode Show(Roles role, string property, Func<RoleMapping, Variant> read)
    {
        var node = _server.AddressSpace.OwnVariable(PartOf(role, property));
        _shown.Add((node, role, read));
        return node;
    }

    private void LetWrite(VariableNode property, Roles role, Func<RoleMapping, bool, RoleMapping> with)
    {
        property.AccessLevel = AccessLevels.CurrentReadWrite;
        property.OnWrite = (_, value, caller, _) =>
        {
            var status = Administration.Check(caller);
            if (status.IsGood && value.Value.TryGet(out bool exclude))
            {
                _server.RoleMappings.Set(role, with(_server.RoleMappings[role], exclude));
            }

            return ValueTask.FromResult(status);
        };
    }

    private void Let(Roles role, string method, Func<IReadOnlyList<Variant>, StatusCode> act)
    {
        var id = PartOf(role, method).Numeric;
        _methods[id] = Administration.Only((inputs, _) => act(inputs));
        _ruleMethods.Add(id);
    }

    private NodeId PartOf(Roles role, string name) => _server.AddressSpace.FindPart(_server.AddressSpace.Find(WellKnownRoles.IdOf(role))!, name)!.Id;

    private void Update()
    {
        foreach (var (node, role, read) in _shown)
        {
            node.SetValue(read(_server.RoleMappings[role]));
        }
    }
}
