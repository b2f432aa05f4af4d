using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa;

/// <summary>What a server is doing (OPC 10000-5, 12.6).</summary>
public enum ServerState
{
    Running = 0,
    Failed = 1,
    NoConfiguration = 2,
    Suspended = 3,
    Shutdown = 4,
    Test = 5,
    CommunicationFault = 6,
    Unknown = 7,
}

/// <summary>What software a server runs (OPC 10000-5, 12.4).</summary>
public sealed record BuildInfo(string? ProductUri, string? ManufacturerName, string? ProductName, string? SoftwareVersion, string? BuildNumber, DateTime BuildDate)
    : IStructure, IStructureBody<BuildInfo>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 340;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteString(ProductUri);
        writer.WriteString(ManufacturerName);
        writer.WriteString(ProductName);
        writer.WriteString(SoftwareVersion);
        writer.WriteString(BuildNumber);
        writer.WriteDateTime(BuildDate);
    }

    public static BuildInfo Read(ref UaReader reader) =>
        new(reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadDateTime());
}

/// <summary>How a server is (OPC 10000-5, 12.10).</summary>
public sealed record ServerStatusDataType(
    DateTime StartTime, DateTime CurrentTime, ServerState State, BuildInfo BuildInfo, uint SecondsTillShutdown, LocalizedText ShutdownReason)
    : IStructure, IStructureBody<ServerStatusDataType>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 864;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteDateTime(StartTime);
        writer.WriteDateTime(CurrentTime);
        writer.WriteInt32((int)State);
        BuildInfo.Write(writer);
        writer.WriteUInt32(SecondsTillShutdown);
        writer.WriteLocalizedText(ShutdownReason);
    }

    public static ServerStatusDataType Read(ref UaReader reader) => new(
        reader.ReadDateTime(), reader.ReadDateTime(), (ServerState)reader.ReadInt32(), BuildInfo.Read(ref reader), reader.ReadUInt32(), reader.ReadLocalizedText());
}
