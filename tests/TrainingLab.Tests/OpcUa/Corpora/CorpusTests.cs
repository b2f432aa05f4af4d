using System.Reflection;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.Tests.OpcUa.Fuzz;

namespace TrainingLab.Tests.OpcUa.Corpora;

/// <summary>Bytes with their meaning by section of the standard, from text files that anybody can read and add to: each case is decoded, and what was decoded is encoded again.</summary>
public class CorpusTests
{
    /// <summary>Limits of the cases that meet one.</summary>
    private static readonly DecodingLimits Small = new(MaxStringLength: 32, MaxByteStringLength: 32, MaxArrayLength: 8, MaxNesting: 4);

    public static TheoryData<string, string, string, string> Messages() => Read("messages.txt");

    public static TheoryData<string, string, string, string> BuiltInTypes() => Read("built-in-types.txt");

    public static TheoryData<string, string, string, string> Found() => Read("found-by-fuzzing.txt");

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_as_another_implementation_writes_it(string section, string name, string hex, string values) => Holds(section, name, hex, values);

    [Theory]
    [MemberData(nameof(BuiltInTypes))]
    public void A_built_in_type(string section, string name, string hex, string result) => Holds(section, name, hex, result);

    /// <summary>Inputs that once broke a promise.</summary>
    [Theory]
    [MemberData(nameof(Found))]
    public void A_case_that_was_found_by_fuzzing(string section, string name, string hex, string result) => Holds(section, name, hex, result);

    [Fact]
    public void Every_service_has_its_messages_in_the_corpus()
    {
        var names = Lines("messages.txt").Select(static l => l[1]).ToHashSet(StringComparer.Ordinal);
        Assert.All(
            RandomStructures.All.Where(static t => t.Name.EndsWith("Request", StringComparison.Ordinal) && t.GetInterfaces().Any(static i => i.Name.StartsWith("IServiceMessage", StringComparison.Ordinal)) && t.Name != "CloseSecureChannelRequest"),
            type => Assert.Contains(type.Name, names));
    }

    /// <summary>
    /// The result is the value in words; after <c>=&gt;</c> the bytes that it is encoded with where they are others; or <c>!</c> and the error.
    /// </summary>
    private static void Holds(string section, string name, string hex, string result)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        var codec = typeof(CorpusTests).GetMethod(nameof(Structure), BindingFlags.NonPublic | BindingFlags.Static)!;
        var (decode, encode) = RandomStructures.All.FirstOrDefault(t => t.Name == name) is { } structure
            ? ((Func<byte[], (object?, int)>, Func<object?, byte[]>))codec.MakeGenericMethod(structure).Invoke(null, null)!
            : BuiltIn(name);
        if (result.StartsWith('!'))
        {
            var error = Assert.Throws<OpcUaException>(() => decode(bytes));
            Assert.Equal(result[1..].Trim(), error.Status.Name);
            return;
        }

        var parts = result.Split("=>");
        var (value, length) = decode(bytes);
        Assert.Equal($"{section} {name}: {parts[0].Trim()}", $"{section} {name}: {CorpusText.Of(value)}");
        Assert.Equal(bytes.Length, length);
        Assert.Equal(parts.Length > 1 ? parts[1].Replace(" ", "", StringComparison.Ordinal) : Convert.ToHexString(bytes), Convert.ToHexString(encode(value)));
    }

    private static (Func<byte[], (object?, int)> Decode, Func<object?, byte[]> Encode) Structure<T>()
        where T : IStructureBody<T> => (
        static bytes =>
        {
            var reader = new UaReader(bytes);
            return (T.Read(ref reader), reader.Position);
        },
        static value => WireTargets.Write(((T)value!).Write));

    private static (Func<byte[], (object?, int)> Decode, Func<object?, byte[]> Encode) BuiltIn(string name)
    {
        var limits = name.EndsWith(" (small limits)", StringComparison.Ordinal) ? Small : null;
        var type = Enum.Parse<BuiltInType>(name.Split(' ')[0]);
        return type switch
        {
            BuiltInType.Variant => (Decode(static (ref UaReader r) => r.ReadVariant(), limits), static v => WireTargets.Write(w => w.WriteVariant((Variant)v!))),
            BuiltInType.DataValue => (Decode(static (ref UaReader r) => r.ReadDataValue(), limits), static v => WireTargets.Write(w => w.WriteDataValue((DataValue)v!))),
            BuiltInType.ExtensionObject => (Decode(static (ref UaReader r) => r.ReadExtensionObject(), limits), static v => WireTargets.Write(w => w.WriteExtensionObject((ExtensionObject?)v))),
            BuiltInType.DiagnosticInfo => (Decode(static (ref UaReader r) => r.ReadDiagnosticInfo(), limits), static v => WireTargets.Write(w => w.WriteDiagnosticInfo((DiagnosticInfo?)v))),
            BuiltInType.QualifiedName => (Decode(static (ref UaReader r) => r.ReadQualifiedName(), limits), static v => WireTargets.Write(w => w.WriteQualifiedName((QualifiedName)v!))),
            BuiltInType.LocalizedText => (Decode(static (ref UaReader r) => r.ReadLocalizedText(), limits), static v => WireTargets.Write(w => w.WriteLocalizedText((LocalizedText)v!))),
            _ => (
                bytes =>
                {
                    var reader = new UaReader(bytes, limits);
                    return (VariantEncoding.ReadScalar(ref reader, type).ToObject(), reader.Position);
                },
                v => WireTargets.Write(w => VariantEncoding.WriteScalar(w, type == BuiltInType.XmlElement ? Variant.FromXml((string?)v) : type switch
                {
                    BuiltInType.String => new Variant((string?)v),
                    BuiltInType.ByteString => new Variant((byte[]?)v),
                    _ => Variant.From(v),
                }))),
        };
    }

    private delegate T Reader<T>(ref UaReader reader);

    private static Func<byte[], (object?, int)> Decode<T>(Reader<T> read, DecodingLimits? limits) => bytes =>
    {
        var reader = new UaReader(bytes, limits);
        var value = read(ref reader);
        return (value, reader.Position);
    };

    private static TheoryData<string, string, string, string> Read(string file)
    {
        var data = new TheoryData<string, string, string, string>();
        foreach (var line in Lines(file))
        {
            data.Add(line[0], line[1], line[2], line[3]);
        }

        return data;
    }

    private static IEnumerable<string[]> Lines(string file) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "OpcUa", "Corpora", file))
            .Where(static l => l.Length > 0 && l[0] != '#')
            .Select(static l => Array.ConvertAll(l.Split('|'), static p => p.Trim()));
}
