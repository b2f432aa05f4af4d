using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.Factory.Devices;

/// <summary>
/// Lets the roles of a machine do with its parts what its profile says. What a profile says of the machine is the default of its namespaces, what it says of a part stands on the part's
/// nodes. Who may see a part sees the objects above it, who may call a method may call it on its object, and who hears an alarm hears its machine.
/// </summary>
internal sealed class MachineAccess
{
    private readonly AddressSpace space;
    private readonly IReadOnlyDictionary<string, OpcUaAccessDefinition> access;
    private readonly Dictionary<Node, Dictionary<Roles, Permissions>> containers = new(ReferenceEqualityComparer.Instance);

    /// <param name="space">The machine's nodes.</param>
    /// <param name="access">What the profile says, by the names of parts.</param>
    public MachineAccess(AddressSpace space, IReadOnlyDictionary<string, OpcUaAccessDefinition> access)
    {
        this.space = space;
        this.access = access;
    }

    /// <summary>Puts the rules on the nodes.</summary>
    public void Apply(MachineNodes nodes, OpcUaAlarms alarms)
    {
        if (RulesOf(OpcUaAccessRules.Machine) is { } everywhere)
        {
            foreach (var uri in space.OwnNamespaceUris.ToArray())
                space.SetDefaultAccess(uri, NodeAccess.ForRoles(everywhere));
            containers[nodes.Machine] = everywhere;
        }

        // From wide to narrow: what is said of a tag holds rather than what is said of its folder.
        foreach (var (name, folder) in nodes.Folders)
            Restrict(RulesOf(name), [folder], [nodes.Machine]);
        foreach (var (name, folder, shown) in nodes.Tags)
            Restrict(RulesOf(name) ?? (folder is null ? null : RulesOf(folder.BrowseName.Name!)), shown, folder is null ? [nodes.Machine] : [folder, nodes.Machine]);
        Restrict(RulesOf(OpcUaAccessRules.Restart), [nodes.Restart], [nodes.Machine], Permissions.Call);
        if (alarms.Folder is { } alarmFolder)
        {
            Restrict(RulesOf(OpcUaAccessRules.Alarms), [alarmFolder], [nodes.Machine], Permissions.ReceiveEvents);
            foreach (var (id, condition) in alarms.Conditions)
                Restrict(RulesOf(OpcUaAccessRules.Alarm(id)), [condition], [alarmFolder, nodes.Machine], Permissions.ReceiveEvents);
        }

        foreach (var (container, rules) in containers)
            container.Access = NodeAccess.ForRoles(rules);
    }

    private void Restrict(Dictionary<Roles, Permissions>? rules, IEnumerable<Node> parts, IEnumerable<Node> above, Permissions lifted = Permissions.None)
    {
        if (rules is null)
            return;
        foreach (var part in parts)
        {
            space.SetAccess(part, NodeAccess.ForRoles(rules));
            if (part is ObjectNode)
                containers[part] = new(rules);
        }

        foreach (var container in above)
        {
            // Where nothing is said of the container everybody may do everything with it.
            if (!containers.TryGetValue(container, out var ofContainer))
            {
                if (RulesOf(OpcUaAccessRules.Machine) is not { } everywhere)
                    continue;
                containers[container] = ofContainer = everywhere;
            }

            foreach (var (role, permissions) in rules)
            {
                if ((permissions & (Permissions.Browse | lifted)) is var more and not Permissions.None)
                    ofContainer[role] = ofContainer.GetValueOrDefault(role) | more;
            }
        }
    }

    private Dictionary<Roles, Permissions>? RulesOf(string part) => access.GetValueOrDefault(part)?.ByRole
        .Where(r => r.Permissions.Count > 0)
        .ToDictionary(r => Enum.Parse<Roles>(r.Role), r => r.Permissions.Aggregate(Permissions.None, (held, p) => held | PermissionOf(p)));

    private static Permissions PermissionOf(OpcUaPermission permission) => permission switch
    {
        OpcUaPermission.Browse => Permissions.Browse,
        OpcUaPermission.Read => Permissions.Read,
        OpcUaPermission.Write => Permissions.Write,
        OpcUaPermission.History => Permissions.ReadHistory,
        OpcUaPermission.Call => Permissions.Call,
        OpcUaPermission.Events => Permissions.ReceiveEvents,
        _ => Permissions.ReadRolePermissions,
    };
}
