namespace TrainingLab.OpcUa.Nodes;

/// <summary>What a role may do with a node (PermissionType, OPC 10000-3, 8.55).</summary>
[Flags]
public enum Permissions : uint
{
    None = 0,

    /// <summary>The node and the references to and from it are seen, and its attributes but the value and the role permissions are read.</summary>
    Browse = 1 << 0,
    ReadRolePermissions = 1 << 1,
    WriteAttribute = 1 << 2,
    WriteRolePermissions = 1 << 3,
    WriteHistorizing = 1 << 4,

    /// <summary>The value is read.</summary>
    Read = 1 << 5,

    /// <summary>The value is written.</summary>
    Write = 1 << 6,
    ReadHistory = 1 << 7,
    InsertHistory = 1 << 8,
    ModifyHistory = 1 << 9,
    DeleteHistory = 1 << 10,

    /// <summary>Events of this type, or from this source, are received.</summary>
    ReceiveEvents = 1 << 11,

    /// <summary>The method is called; also needed on the object that it is called on.</summary>
    Call = 1 << 12,
    AddReference = 1 << 13,
    RemoveReference = 1 << 14,
    DeleteNode = 1 << 15,
    AddNode = 1 << 16,
    All = (1 << 17) - 1,
}

/// <summary>What a channel must have for a node to be used (AccessRestrictionType, OPC 10000-3, 8.56).</summary>
[Flags]
public enum AccessRestrictions : ushort
{
    None = 0,
    SigningRequired = 1,
    EncryptionRequired = 2,

    /// <summary>No use without a session; here there is none anyway.</summary>
    SessionRequired = 4,

    /// <summary>The other restrictions hold for browsing, too.</summary>
    ApplyRestrictionsToBrowse = 8,
}
