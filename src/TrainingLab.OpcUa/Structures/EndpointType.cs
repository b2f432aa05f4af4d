using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa;

/// <summary>An endpoint as a rule names it (EndpointType, OPC 10000-5, 12.22); a field that is not set fits any.</summary>
/// <param name="EndpointUrl">Its URL.</param>
/// <param name="SecurityMode">Its mode; Invalid fits any.</param>
/// <param name="SecurityPolicyUri">Its policy.</param>
/// <param name="TransportProfileUri">Its transport.</param>
/// <remarks><code>URL: string | mode: 4 | policy: string | transport: string</code></remarks>
public sealed record EndpointType(string? EndpointUrl, MessageSecurityMode SecurityMode = MessageSecurityMode.Invalid, string? SecurityPolicyUri = null, string? TransportProfileUri = null)
    : IStructure, IStructureBody<EndpointType>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 15671;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteString(EndpointUrl);
        writer.WriteInt32((int)SecurityMode);
        writer.WriteString(SecurityPolicyUri);
        writer.WriteString(TransportProfileUri);
    }

    public static EndpointType Read(ref UaReader reader) => new(reader.ReadString(), (MessageSecurityMode)reader.ReadInt32(), reader.ReadString(), reader.ReadString());
}
