using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Nodes.Models;
using TrainingLab.Tests.Fuzz;

namespace TrainingLab.Tests.OpcUa.Fuzz;

/// <summary>Structures by their definition: all of namespace 0, and some made to be awkward: empty ones, arrays of empty ones, one that holds itself, matrices, unions.</summary>
internal static class DynamicTargets
{
    private static readonly ModelDataTypes Standard = new(static id => id is { NamespaceIndex: 0, IdType: IdType.Numeric } ? Namespace0.Find(id.Numeric) : null);

    private static readonly DataTypeDescription[] StandardTypes =
    [
        .. Namespace0.All.OfType<DataTypeNode>().Select(static n => Standard.Find(n.Id)!).Where(static d => d.Definition is StructureDefinition && !d.IsAbstract),
    ];

    public static IEnumerable<FuzzTarget> All() =>
    [
        Target("structures of namespace 0 by definition", Standard, StandardTypes) with { Share = 1_000 },
        Target("awkward structures by definition", AwkwardTypes.Instance, AwkwardTypes.Instance.All) with { Share = 400, AllocatedAnyway = 4 * 1024 * 1024 },
    ];

    /// <summary>The first two bytes of an input choose the type.</summary>
    private static FuzzTarget Target(string name, IDataTypes types, IReadOnlyList<DataTypeDescription> all) => new(
        name,
        random =>
        {
            var at = random.Next(all.Count);
            return [(byte)at, (byte)(at >> 8), .. Seed(all[at], types, random)];
        },
        input =>
        {
            if (input.Length < 2)
            {
                return new FuzzOutcome("too short");
            }

            var type = all[(input[0] | (input[1] << 8)) % all.Count];
            var reader = new UaReader(input.AsSpan(2));
            return StructureEncoding.Read(ref reader, type, types);
        })
    {
        Encode = value => [.. TypeIndex(all, (DynamicStructure)value), .. WireTargets.Write(((DynamicStructure)value).Write)],
        AllocatedPerByte = 640,
    };

    /// <summary>Some types have no value: what they hold is not known, or has no end.</summary>
    private static byte[] Seed(DataTypeDescription type, IDataTypes types, Random random)
    {
        try
        {
            return WireTargets.Write(Filled(type, types, random, 0).Write);
        }
        catch (OpcUaException)
        {
            return new byte[20];
        }
    }

    private static byte[] TypeIndex(IReadOnlyList<DataTypeDescription> all, DynamicStructure structure)
    {
        var at = all.ToList().FindIndex(d => d.Id == structure.Type.Id);
        return [(byte)at, (byte)(at >> 8)];
    }

    /// <summary>A structure with the fields that are easily made: numbers, texts and structures inside; the others stay null.</summary>
    private static DynamicStructure Filled(DataTypeDescription type, IDataTypes types, Random random, int depth)
    {
        var definition = (StructureDefinition)type.Definition!;
        var fields = new Dictionary<string, Variant>(StringComparer.Ordinal);
        foreach (var field in definition.Fields)
        {
            if (random.Next(3) == 0 || depth > 3)
            {
                continue;
            }

            if (field.ValueRank is -1 or 1 && types.Find(field.DataType) is { IsAbstract: false, Definition: StructureDefinition } inner && !field.IsOptional)
            {
                var one = new ExtensionObject(Filled(inner, types, random, depth + 1));
                fields[field.Name!] = field.ValueRank == -1 ? new Variant(one) : Variant.FromArray(BuiltInType.ExtensionObject, new ExtensionObject[] { one });
            }
            else if (field.ValueRank == -1 && StructureEncoding.BuiltInTypeOf(field.DataType, types) is > BuiltInType.Null and < BuiltInType.ExtensionObject and not BuiltInType.XmlElement and var builtIn)
            {
                fields[field.Name!] = Variant.From(RandomStructures.Of(Variant.ClrTypeOf(builtIn), random, 2));
            }
        }

        return new DynamicStructure(type, types, fields);
    }
}

/// <summary>Data types that no specification would have, and a hostile server might.</summary>
internal sealed class AwkwardTypes : IDataTypes
{
    private static readonly NodeId Structure = new(0, 22);

    private readonly Dictionary<NodeId, DataTypeDescription> _types = [];

    private AwkwardTypes()
    {
        Add(1, "Empty", StructureType.Structure);
        Add(2, "Emptinesses", StructureType.Structure, Field("All", Id(1), 1), Field("More", Id(1), 1));
        Add(3, "OneEmpty", StructureType.Structure, Field("Only", Id(1), -1));
        Add(4, "ManyOfOneEmpty", StructureType.Structure, Field("All", Id(3), 1), Field("More", Id(3), 1), Field("Again", Id(2), 1));
        Add(5, "Itself", StructureType.Structure, Field("Inside", Id(5), 1), Field("Number", new NodeId(0, 6), -1));
        Add(6, "ItselfAlone", StructureType.Structure, Field("Inside", Id(6), -1));
        Add(7, "Matrices", StructureType.Structure, Field("Numbers", new NodeId(0, 3), 2), Field("Empties", Id(1), 3), Field("Open", new NodeId(0, 24), 2), Field("Texts", new NodeId(0, 12), 4));
        Add(8, "Choice", StructureType.Union, Field("Number", new NodeId(0, 6), -1), Field("Itself", Id(8), -1), Field("Many", Id(8), 1), Field("Empties", Id(1), 1));
        Add(9, "Optional", StructureType.StructureWithOptionalFields, [.. Enumerable.Range(0, 33).Select(static i => Field($"F{i}", new NodeId(0, (uint)((i % 25) + 1)), i % 2 == 0 ? -1 : 1, isOptional: true))]);
        Add(10, "Subtyped", StructureType.StructureWithSubtypedValues, Field("Any", Structure, -1, isOptional: true), Field("All", Structure, 1, isOptional: true), Field("Value", new NodeId(0, 24), 1));
        Add(11, "Lost", StructureType.Structure, Field("Unknown", new NodeId(9, 9), -1));
        Add(12, "Rankless", StructureType.Structure, Field("Any", new NodeId(0, 6), -2), Field("Zero", new NodeId(0, 6), 0));
    }

    public static AwkwardTypes Instance { get; } = new();

    public IReadOnlyList<DataTypeDescription> All => [.. _types.Values.Where(static t => t.Id.NamespaceIndex == 1)];

    public DataTypeDescription? Find(NodeId dataType) => _types.GetValueOrDefault(dataType)
        ?? (dataType == Structure ? new DataTypeDescription(Structure, "Structure", new NodeId(0, 24), IsAbstract: true, new StructureDefinition(default, default, StructureType.Structure, [])) : null);

    public DataTypeDescription? FindByEncoding(NodeId encoding) => _types.GetValueOrDefault(new NodeId(1, encoding.Numeric - 1000));

    private static NodeId Id(uint number) => new(1, number);

    private static StructureField Field(string name, NodeId type, int rank, bool isOptional = false) => new(name, default, type, rank, null, 0, isOptional);

    private void Add(uint number, string name, StructureType kind, params StructureField[] fields) =>
        _types.Add(Id(number), new DataTypeDescription(Id(number), name, Structure, IsAbstract: false, new StructureDefinition(new NodeId(1, number + 1000), Structure, kind, fields)));
}
