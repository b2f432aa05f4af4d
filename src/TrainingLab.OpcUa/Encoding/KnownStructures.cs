using TrainingLab.OpcUa.Messages;

namespace TrainingLab.OpcUa.Encoding;

/// <summary>The structures that are decoded when they arrive in an extension object, by the id of their binary encoding in namespace 0.</summary>
internal static class KnownStructures
{
    private delegate IStructure StructureReader(ref UaReader reader);

    private static readonly Dictionary<uint, StructureReader> Readers = new()
    {
        [122] = StructureDefinition.Read,
        [123] = EnumDefinition.Read,
        [298] = Argument.Read,
        [321] = AnonymousIdentityToken.Read,
        [324] = UserNameIdentityToken.Read,
        [327] = X509IdentityToken.Read,
        [588] = ContentFilter.Read,
        [594] = ElementOperand.Read,
        [597] = LiteralOperand.Read,
        [600] = AttributeOperand.Read,
        [603] = SimpleAttributeOperand.Read,
        [609] = ContentFilterResult.Read,
        [649] = ReadRawModifiedDetails.Read,
        [652] = ReadProcessedDetails.Read,
        [658] = HistoryData.Read,
        [724] = DataChangeFilter.Read,
        [727] = EventFilter.Read,
        [736] = EventFilterResult.Read,
        [811] = DataChangeNotification.Read,
        [820] = StatusChangeNotification.Read,
        [861] = ServerDiagnosticsSummary.Read,
        [886] = UaRange.Read,
        [889] = EUInformation.Read,
        [916] = EventNotificationList.Read,
        [8251] = EnumValueType.Read,
        [15671] = EndpointType.Read,
        [15736] = IdentityMappingRule.Read,
        [14844] = StructureField.Read,
        [14845] = EnumField.Read,
    };

    /// <summary>Whether structures of a type are decoded.</summary>
    public static bool Contains(in NodeId typeId) => typeId is { NamespaceIndex: 0, IdType: IdType.Numeric } && Readers.ContainsKey(typeId.Numeric);

    /// <summary>The structure, or null when its type is not known; bytes after its fields are ignored, as a subtype may add some.</summary>
    public static IStructure? TryRead(in NodeId typeId, ref UaReader reader) =>
        typeId is { NamespaceIndex: 0, IdType: IdType.Numeric } && Readers.TryGetValue(typeId.Numeric, out var read) ? read(ref reader) : null;
}
