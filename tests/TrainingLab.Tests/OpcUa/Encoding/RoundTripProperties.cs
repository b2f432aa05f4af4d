using FsCheck;
using FsCheck.Fluent;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.Tests.OpcUa.Encoding;

/// <summary>Whatever is written is read back the same; whatever is read fails, if it does, with the protocol's own errors.</summary>
public class RoundTripProperties
{
    private static readonly Config Settings = Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20260105, 7);

    [Fact]
    public void Variants_come_back_the_same() => Prop.ForAll(Arb.From(Variants()), static value =>
    {
        using var writer = new UaWriter();
        writer.WriteVariant(value);
        var reader = new UaReader(writer.Written);
        var read = reader.ReadVariant();
        return reader.Remaining == 0 && read == value;
    }).Check(Settings);

    [Fact]
    public void Arbitrary_bytes_give_a_value_or_a_protocol_error() => Prop.ForAll(Arb.From(Bytes()), static bytes =>
    {
        var reader = new UaReader(bytes);
        try
        {
            reader.ReadVariant();
            return reader.Position <= bytes.Length;
        }
        catch (OpcUaException e)
        {
            return e.Status.Code is StatusCodes.BadDecodingError or StatusCodes.BadEncodingLimitsExceeded && reader.Position == 0;
        }
    }).Check(Settings.WithMaxTest(5_000));

    [Fact]
    public void Node_ids_come_back_from_their_text() => Prop.ForAll(Arb.From(NodeIds()), static id => NodeId.Parse(id.ToString()) == id).Check(Settings);

    private static Gen<byte[]> Bytes() =>
        from head in Gen.Choose(0, 255)
        from rest in Gen.ArrayOf(Gen.Frequency((3, Gen.Choose(0, 4)), (1, Gen.Choose(0, 255))))
        select (byte[])[(byte)head, .. rest.Select(static b => (byte)b)];

    private static Gen<NodeId> NodeIds() =>
        from ns in Gen.Choose(0, 70_000)
        from number in ArbMap.Default.GeneratorFor<uint>()
        from text in ArbMap.Default.GeneratorFor<NonNull<string>>()
        from guid in ArbMap.Default.GeneratorFor<Guid>()
        from bytes in ArbMap.Default.GeneratorFor<byte[]>()
        from kind in Gen.Choose(0, 3)
        let index = (ushort)ns
        select kind switch
        {
            0 => new NodeId(index, number),
            1 => new NodeId(index, Clean(text.Get)),
            2 => new NodeId(index, guid),
            _ => new NodeId(index, bytes),
        };

    private static Gen<Variant> Variants() => Gen.OneOf(
        ArbMap.Default.GeneratorFor<double>().Select(static v => new Variant(v)),
        ArbMap.Default.GeneratorFor<float>().Select(static v => new Variant(v)),
        ArbMap.Default.GeneratorFor<long>().Select(static v => new Variant(v)),
        ArbMap.Default.GeneratorFor<ulong>().Select(static v => new Variant(v)),
        ArbMap.Default.GeneratorFor<short>().Select(static v => new Variant(v)),
        ArbMap.Default.GeneratorFor<bool>().Select(static v => new Variant(v)),
        ArbMap.Default.GeneratorFor<Guid>().Select(static v => new Variant(v)),
        ArbMap.Default.GeneratorFor<NonNull<string>>().Select(static v => new Variant(Clean(v.Get))),
        ArbMap.Default.GeneratorFor<NonNull<string>>().Select(static v => new Variant(new LocalizedText(Clean(v.Get), "zh"))),
        NodeIds().Select(static v => new Variant(v)),
        NodeIds().Select(static v => new Variant(new ExpandedNodeId(v.InNamespace(0), "urn:x", 3))),
        ArbMap.Default.GeneratorFor<double[]>().Select(static v => Variant.From(v)),
        ArbMap.Default.GeneratorFor<int[]>().Select(static v => Variant.From(v)),
        ArbMap.Default.GeneratorFor<int[]>().Select(static v => Variant.FromArray(BuiltInType.Variant, v.Select(static i => new Variant(i)).ToArray())),
        ArbMap.Default.GeneratorFor<PositiveInt>().Select(static v => Variant.FromArray(BuiltInType.UInt16, new ushort[v.Get * 2], [v.Get, 2])));

    /// <summary>Lone surrogates have no UTF-8.</summary>
    private static string Clean(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
}
