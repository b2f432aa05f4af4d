using System.Reflection;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.Tests.Fuzz;

namespace TrainingLab.Tests.OpcUa.Fuzz;

/// <summary>The decoders of the binary encoding: built-in types, and every structure and message that is read by a server or by a client.</summary>
internal static class WireTargets
{
    /// <summary>Limits so small that inputs meet them.</summary>
    private static readonly DecodingLimits Small = new(MaxStringLength: 16, MaxByteStringLength: 64, MaxArrayLength: 8, MaxNesting: 6);

    private delegate object? Reader(ref UaReader reader);

    public static IEnumerable<FuzzTarget> All() =>
    [
        .. RandomStructures.All.Select(static type => (FuzzTarget)typeof(WireTargets).GetMethod(nameof(Structure), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, null)!),
        BuiltIn("Variant", static (ref UaReader r) => r.ReadVariant(), static (w, v) => w.WriteVariant((Variant)v), static r => RandomStructures.Value(r, 0)) with { Share = 600 },
        BuiltIn("Variant, small limits", static (ref UaReader r) => r.ReadVariant(), static (w, v) => w.WriteVariant((Variant)v), static r => RandomStructures.Value(r, 0), Small) with { Share = 300 },
        BuiltIn("DataValue", static (ref UaReader r) => r.ReadDataValue(), static (w, v) => w.WriteDataValue((DataValue)v), Of<DataValue>) with { Share = 300 },
        BuiltIn("ExtensionObject", static (ref UaReader r) => r.ReadExtensionObject(), static (w, v) => w.WriteExtensionObject((ExtensionObject?)v), Of<ExtensionObject>) with { Share = 600 },
        BuiltIn("ExtensionObject, small limits", static (ref UaReader r) => r.ReadExtensionObject(), static (w, v) => w.WriteExtensionObject((ExtensionObject?)v), Of<ExtensionObject>, Small) with { Share = 300 },
        BuiltIn("DiagnosticInfo", static (ref UaReader r) => r.ReadDiagnosticInfo(), static (w, v) => w.WriteDiagnosticInfo((DiagnosticInfo?)v), Of<DiagnosticInfo>),
        BuiltIn("NodeId", static (ref UaReader r) => r.ReadNodeId(), static (w, v) => w.WriteNodeId((NodeId)v), Of<NodeId>),
        Known(),
        BuiltIn("ExpandedNodeId", static (ref UaReader r) => r.ReadExpandedNodeId(), static (w, v) => w.WriteExpandedNodeId((ExpandedNodeId)v), Of<ExpandedNodeId>),
        BuiltIn("QualifiedName", static (ref UaReader r) => r.ReadQualifiedName(), static (w, v) => w.WriteQualifiedName((QualifiedName)v), Of<QualifiedName>),
        BuiltIn("LocalizedText", static (ref UaReader r) => r.ReadLocalizedText(), static (w, v) => w.WriteLocalizedText((LocalizedText)v), Of<LocalizedText>),
        BuiltIn("String", static (ref UaReader r) => r.ReadString(), static (w, v) => w.WriteString((string?)v), Of<string>),
        BuiltIn("ByteString", static (ref UaReader r) => r.ReadByteString(), static (w, v) => w.WriteByteString((byte[]?)v), Of<byte[]>),
        BuiltIn("DateTime", static (ref UaReader r) => r.ReadDateTime(), static (w, v) => w.WriteDateTime((DateTime)v), Of<DateTime>) with { Share = 20 },
        BuiltIn("String[]", static (ref UaReader r) => r.ReadStringArray(), static (w, v) => w.WriteStringArray((string?[]?)v), Of<string?[]>),
        BuiltIn("UInt32[]", static (ref UaReader r) => r.ReadUInt32Array(), static (w, v) => w.WriteUInt32Array((uint[]?)v), Of<uint[]>),
    ];

    private static object? Of<T>(Random random) => RandomStructures.Of(typeof(T), random);

    /// <summary>Node ids as a server reads them, which knows those that came last: whatever came before, each is what its bytes say.</summary>
    private static FuzzTarget Known()
    {
        var identifiers = new RecentIdentifiers();
        return new FuzzTarget(
            "NodeId, known or new",
            static random => Write(writer => writer.WriteNodeId((NodeId)RandomStructures.Of(typeof(NodeId), random)!)),
            input =>
            {
                var plain = new UaReader(input);
                var reader = new UaReader(input, DecodingLimits.Default, identifiers);
                var (wanted, refused) = (default(NodeId), default(StatusCode));
                try
                {
                    wanted = plain.ReadNodeId();
                }
                catch (OpcUaException e)
                {
                    refused = e.Status;
                }

                try
                {
                    var id = reader.ReadNodeId();
                    return id == wanted && refused.IsGood ? id : throw new InvalidOperationException($"{id} in place of {wanted}");
                }
                catch (OpcUaException e) when (e.Status != refused)
                {
                    throw new InvalidOperationException($"{e.Status} in place of {refused}", e);
                }
            })
        {
            Encode = static value => Write(writer => writer.WriteNodeId((NodeId)value)),
        };
    }

    /// <summary>A built-in type; a reading that fails has not moved the reader.</summary>
    private static FuzzTarget BuiltIn(string name, Reader read, Action<UaWriter, object> write, Func<Random, object?> make, DecodingLimits? limits = null) => new(
        name,
        random => Write(writer => WriteAny(writer, write, make(random))),
        input =>
        {
            var reader = new UaReader(input, limits);
            try
            {
                var value = read(ref reader);
                Assert.InRange(reader.Position, 1, input.Length);
                return value;
            }
            catch (OpcUaException e) when (reader.Position != 0 || e.Status.Code is not (StatusCodes.BadDecodingError or StatusCodes.BadEncodingLimitsExceeded))
            {
                throw new InvalidOperationException($"{e.Status} at byte {reader.Position}", e);
            }
        })
    {
        Encode = value => Write(writer => write(writer, value)),
    };

    private static FuzzTarget Structure<T>()
        where T : IStructureBody<T> => new(
        typeof(T).Name,
        static random => Write(writer => ((T)RandomStructures.Of(typeof(T), random)!).Write(writer)),
        static input =>
        {
            var reader = new UaReader(input);
            try
            {
                var value = T.Read(ref reader);
                Assert.InRange(reader.Position, 0, input.Length);
                return value;
            }
            catch (OpcUaException e) when (e.Status.Code is not (StatusCodes.BadDecodingError or StatusCodes.BadEncodingLimitsExceeded))
            {
                throw new InvalidOperationException($"{e.Status} is no error of a decoder", e);
            }
        })
    {
        Encode = static value => Write(writer => ((T)value).Write(writer)),
    };

    private static void WriteAny(UaWriter writer, Action<UaWriter, object> write, object? value) => write(writer, value!);

    internal static byte[] Write(Action<UaWriter> write)
    {
        using var writer = new UaWriter();
        write(writer);
        return writer.Written.ToArray();
    }
}
