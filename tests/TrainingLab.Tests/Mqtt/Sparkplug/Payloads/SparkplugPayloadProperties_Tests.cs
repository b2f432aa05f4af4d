using FsCheck;
using FsCheck.Fluent;
using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.Tests.Mqtt.Sparkplug.Payloads;

/// <summary>What holds for every payload, tried on random ones.</summary>
public class SparkplugPayloadProperties_Tests
{
    private static readonly Config Seeded = Config.QuickThrowOnFailure.WithReplay(20261125, 31415).WithMaxTest(300);

    [Fact]
    public void Any_payload_is_read_as_it_was_written() => Check.One(Seeded, Prop.ForAll(Payloads.ToArbitrary(), payload =>
    {
        var bytes = payload.ToBytes();
        var read = SparkplugPayload.Read(bytes);
        return read.ToBytes().AsSpan().SequenceEqual(bytes)
            && (read.Timestamp, read.Seq, read.Uuid, read.Metrics.Count) == (payload.Timestamp, payload.Seq, payload.Uuid, payload.Metrics.Count)
            && read.Metrics.Zip(payload.Metrics).All(pair => Same(pair.First, pair.Second));
    }));

    [Fact]
    public void Random_bytes_are_a_payload_or_a_named_error_and_nothing_else()
    {
        var random = new Random(20261125);
        var named = new HashSet<SparkplugFormatError>();
        var understood = 0;
        var valid = Gen.Sample(Payloads, 50, 100).Select(p => p.ToBytes()).Where(b => b.Length > 0).ToArray();
        for (var i = 0; i < 20_000; i++)
        {
            // Half of them are payloads with a few bytes changed, which get further into the readers.
            var bytes = i % 2 == 0 ? new byte[random.Next(1, 64)] : [.. valid[random.Next(valid.Length)]];
            if (i % 2 == 0) random.NextBytes(bytes);
            else for (var change = 0; change < 3; change++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                SparkplugPayload.Read(bytes).ToBytes();
                understood++;
            }
            catch (SparkplugFormatException wrong)
            {
                named.Add(wrong.Error);
            }
        }
        Assert.True(understood > 100);
        Assert.Superset(new HashSet<SparkplugFormatError> { SparkplugFormatError.Truncated, SparkplugFormatError.InvalidTag, SparkplugFormatError.WrongWireType, SparkplugFormatError.InvalidUtf8 }, named);
    }

    private static Gen<string> Texts => Gen.Elements("", "a", "Node Control/Rebirth", "水位/高", "𝄞");

    private static Gen<ulong> Numbers => Gen.Elements(0UL, 1UL, 127UL, 128UL, 255UL, 16384UL, uint.MaxValue, ulong.MaxValue);

    private static Gen<SparkplugValue> Scalars => Gen.OneOf(
        Numbers.Select(n => SparkplugValue.OfInt((uint)n)),
        Numbers.Select(SparkplugValue.OfLong),
        Numbers.Select(n => SparkplugValue.OfFloat(BitConverter.UInt32BitsToSingle((uint)n))),
        Numbers.Select(n => SparkplugValue.OfDouble(BitConverter.UInt64BitsToDouble(n))),
        Gen.Elements(true, false).Select(SparkplugValue.OfBoolean),
        Texts.Select(SparkplugValue.OfString),
        Gen.Constant(SparkplugValue.OfExtension()),
        Gen.Constant(default(SparkplugValue)));

    internal static Gen<SparkplugPayload> Payloads =>
        from timestamp in Maybe(Numbers)
        from seq in Maybe(Numbers)
        from uuid in Texts
        from metrics in Few(Metrics(2))
        select new SparkplugPayload { Timestamp = timestamp, Seq = seq, Uuid = uuid.Length == 0 ? null : uuid, Metrics = metrics };

    private static Gen<SparkplugMetric> Metrics(int depth) =>
        from name in Texts
        from alias in Maybe(Numbers)
        from timestamp in Maybe(Numbers)
        from type in Gen.Choose(0, 40)
        from flags in Gen.Choose(0, 7)
        from size in Maybe(Numbers)
        from properties in PropertySets(depth)
        from value in Gen.OneOf(Scalars, Bytes, DataSets, depth > 0 ? Templates(depth - 1) : Scalars)
        select new SparkplugMetric
        {
            Name = name.Length == 0 ? null : name,
            Alias = alias,
            Timestamp = timestamp,
            DataType = type > 36 ? null : (uint)type,
            IsHistorical = (flags & 1) != 0,
            IsTransient = (flags & 2) != 0,
            IsNull = (flags & 4) != 0,
            MetaData = size is null ? null : new SparkplugMetaData { Size = size, FileName = name, IsMultiPart = flags > 3 },
            Properties = properties.Keys.Count == 0 ? null : properties,
            Value = value,
        };

    private static Gen<SparkplugValue> Bytes => Gen.ArrayOf(Gen.Choose(0, 255).Select(b => (byte)b)).Select(b => SparkplugValue.OfBytes(b));

    private static Gen<SparkplugValue> DataSets =>
        from columns in Few(Texts)
        from rows in Few(Few(Scalars))
        select SparkplugValue.OfDataSet(new SparkplugDataSet { ColumnCount = (ulong)columns.Length, Columns = columns, Types = [.. columns.Select((_, i) => (uint)i)], Rows = rows });

    private static Gen<SparkplugValue> Templates(int depth) =>
        from metrics in Few(Metrics(depth))
        from parameter in Scalars
        from name in Texts
        from definition in Gen.Choose(0, 2)
        select SparkplugValue.OfTemplate(new SparkplugTemplate
        {
            Version = name,
            Metrics = metrics,
            Parameters = [new SparkplugParameter { Name = name, DataType = 3, Value = parameter }],
            TemplateRef = definition == 0 ? name : null,
            IsDefinition = definition == 2 ? null : definition == 1,
        });

    private static Gen<SparkplugPropertySet> PropertySets(int depth) =>
        from keys in Few(Texts)
        from values in Few(depth > 0 ? Gen.OneOf(Scalars, PropertySets(depth - 1).Select(SparkplugValue.OfPropertySet), Few(PropertySets(depth - 1)).Select(SparkplugValue.OfPropertySetList)) : Scalars)
        select new SparkplugPropertySet { Keys = keys, Values = [.. values.Select(v => new SparkplugProperty { DataType = 3, Value = v, IsNull = v.Kind == SparkplugValueKind.None })] };

    private static Gen<T[]> Few<T>(Gen<T> gen) => Gen.Choose(0, 3).SelectMany(count => Gen.ArrayOf(gen, count));

    private static Gen<ulong?> Maybe(Gen<ulong> gen) => Gen.OneOf(gen.Select(n => (ulong?)n), Gen.Constant<ulong?>(null));

    private static bool Same(SparkplugMetric a, SparkplugMetric b) =>
        (a.Name, a.Alias, a.Timestamp, a.DataType, a.IsHistorical, a.IsTransient, a.IsNull) == (b.Name, b.Alias, b.Timestamp, b.DataType, b.IsHistorical, b.IsTransient, b.IsNull)
        && a.MetaData == b.MetaData && a.Value == b.Value && a.Properties?.Keys.Count == b.Properties?.Keys.Count;
}
