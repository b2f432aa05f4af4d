using TrainingLab.OpcUa.Security;

namespace TrainingLab.OpcUa.Nodes;

/// <summary>What a session reads of a node where roles decide: attributes that it may not read, and those that depend on who reads (OPC 10000-3, 5.2.9 to 5.2.11 and 5.9).</summary>
internal static class SessionAttributes
{
    /// <summary>The attribute's value for a session; a bad status where it may not be read or is not there.</summary>
    public static DataValue Read(AddressSpace space, Node node, AttributeId attribute, AccessRights rights)
    {
        var needed = attribute switch
        {
            AttributeId.Value when node is VariableNode => Permissions.Read,
            AttributeId.RolePermissions when node.RolePermissions is not null => Permissions.ReadRolePermissions,
            _ => Permissions.Browse,
        };
        var status = space.Check(node, needed, rights);
        if (status.IsBad)
        {
            return DataValue.Bad(status);
        }

        return attribute switch
        {
            AttributeId.Value when node is VariableNode { ComputedFor: { } ofSession } variable => variable.Value with { Value = ofSession(rights) },
            AttributeId.RolePermissions when node.RolePermissions is { } permissions => new DataValue(AddressSpace.ListOf(permissions)),
            AttributeId.UserRolePermissions when node.Access is { RolePermissions: not null } access => new DataValue(AddressSpace.ListOf(access.PartOf(rights.Roles))),
            AttributeId.AccessRestrictions when node.Access?.Restrictions is { } restrictions => new DataValue(new Variant((ushort)restrictions)),
            AttributeId.UserAccessLevel when node is VariableNode variable => new DataValue(new Variant((byte)(variable.AccessLevel & LevelsOf(space, variable, rights)))),
            AttributeId.UserExecutable when node is MethodNode method => new DataValue(method.Executable && space.Check(method, Permissions.Call, rights).IsGood),
            _ => Attributes.Read(node, attribute),
        };
    }

    private static AccessLevels LevelsOf(AddressSpace space, VariableNode variable, AccessRights rights)
    {
        AccessLevels Where(Permissions permission, AccessLevels levels) => space.Check(variable, permission, rights).IsGood ? levels : AccessLevels.None;
        return Where(Permissions.Read, AccessLevels.CurrentRead)
            | Where(Permissions.Write, AccessLevels.CurrentWrite | AccessLevels.StatusWrite | AccessLevels.TimestampWrite)
            | Where(Permissions.ReadHistory, AccessLevels.HistoryRead)
            | Where(Permissions.InsertHistory | Permissions.ModifyHistory | Permissions.DeleteHistory, AccessLevels.HistoryWrite)
            | AccessLevels.SemanticChange;
    }
}
