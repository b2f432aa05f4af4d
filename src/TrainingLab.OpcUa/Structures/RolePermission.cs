using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa;

/// <summary>What a role may do with a node (the structure RolePermissionType, OPC 10000-3, 8.56).</summary>
/// <param name="RoleId">The role's object, for example i=15656 AuthenticatedUser.</param>
/// <param name="Permissions">The bits of PermissionType (OPC 10000-3, 8.55).</param>
public sealed record RolePermission(NodeId RoleId, uint Permissions) : IStructure, IStructureBody<RolePermission>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 128;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteNodeId(RoleId);
        writer.WriteUInt32(Permissions);
    }

    public static RolePermission Read(ref UaReader reader) => new(reader.ReadNodeId(), reader.ReadUInt32());
}
