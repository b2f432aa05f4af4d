using System.Reflection;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Messages;

namespace TrainingLab.Tests.OpcUa.Fuzz;

/// <summary>
/// Structures with random fields, made through their constructors: well-formed, with the values that decoders and services are most likely to stumble over. The same
/// random numbers give the same structure.
/// </summary>
internal static class RandomStructures
{
    private const int DeepestValue = 4;

    private static readonly string[] Texts =
    [
        "", "a", "0", "1:2", "2:1", "0:4294967295", "1,1:2,3", "Default Binary", "opc.tcp://filler-1:4840/", "urn:test:server", "Speed", "Machine", "\u6C34\uD83C\uDF0A", "\0", "en", "zh-CN", "%[a-z]_\\",
    ];

    private static readonly double[] Doubles =
        [0, -0.0, 1, -1, 100, 0.5, 1e308, -1e308, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, uint.MaxValue, long.MaxValue];

    private static readonly uint[] Numbers = [0, 1, 2, 3, 4, 12, 13, 32, 100, 255, 256, 1000, 65_535, 65_536, int.MaxValue, 0x8000_0000, uint.MaxValue - 1, uint.MaxValue];

    private static readonly NodeId[] Nodes =
    [
        default, new(0, 84), new(0, 85), new(0, 2253), new(0, 2041), new(0, 2782), new(0, 2256), new(0, 11492), new(0, 33), new(0, 40), new(0, 45), new(0, 46), new(0, 61), new(0, 11), new(0, 12), new(0, 22),
        new(0, 7617), new(2, "Speed"), new(2, "Setpoint"), new(2, "Machine"), new(1, 1u), new(9, uint.MaxValue), new(3, Guid.Empty), new(1, new byte[3]), new(65_535, ""),
    ];

    /// <summary>Every structure that this library reads: each is a decoder.</summary>
    public static IReadOnlyList<Type> All { get; } =
    [
        .. typeof(UaReader).Assembly.GetTypes()
            .Where(static t => !t.IsAbstract && !t.ContainsGenericParameters && t.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IStructureBody<>)))
            .OrderBy(static t => t.Name, StringComparer.Ordinal),
    ];

    /// <summary>Those that may travel in an extension object.</summary>
    private static readonly Type[] Known = [.. All.Where(static t => typeof(IStructure).IsAssignableFrom(t))];

    /// <summary>A value of a structure, of a built-in type, or of an array of them.</summary>
    public static object? Of(Type type, Random random, int depth = 0) => type switch
    {
        _ when type == typeof(bool) => random.Next(2) == 0,
        _ when type == typeof(byte) => (byte)random.Next(256),
        _ when type == typeof(ushort) => (ushort)Numbers[random.Next(Numbers.Length)],
        _ when type == typeof(int) => unchecked((int)Numbers[random.Next(Numbers.Length)]),
        _ when type == typeof(uint) => random.Next(3) == 0 ? (uint)random.Next(4) : Numbers[random.Next(Numbers.Length)],
        _ when type == typeof(long) => random.NextInt64(),
        _ when type == typeof(double) => Doubles[random.Next(Doubles.Length)],
        _ when type == typeof(string) => Text(random),
        _ when type == typeof(DateTime) => Time(random),
        _ when type == typeof(byte[]) => Bytes(random),
        _ when type == typeof(NodeId) => Nodes[random.Next(Nodes.Length)],
        _ when type == typeof(ExpandedNodeId) => new ExpandedNodeId(Nodes[random.Next(Nodes.Length)], random.Next(4) == 0 ? "urn:x" : null, (uint)random.Next(4) / 3),
        _ when type == typeof(StatusCode) => (StatusCode)(random.Next(2) == 0 ? 0u : 0x8000_0000u + ((uint)random.Next(1, 200) << 16)),
        _ when type == typeof(QualifiedName) => new QualifiedName((ushort)random.Next(4), Text(random)),
        _ when type == typeof(LocalizedText) => new LocalizedText(Text(random), random.Next(2) == 0 ? "zh" : null),
        _ when type == typeof(Variant) => Value(random, depth),
        _ when type == typeof(DataValue) => new DataValue(Value(random, depth), random.Next(3) == 0 ? StatusCodes.BadNodeIdUnknown : StatusCodes.Good, Time(random), Time(random), (ushort)random.Next(3), (ushort)random.Next(3)),
        _ when type == typeof(ExtensionObject) => Extension(random, depth),
        _ when type == typeof(DiagnosticInfo) => Diagnostics(random, depth),
        { IsEnum: true } => Enum.ToObject(type, random.Next(10) == 0 ? random.Next(-5, 300) : random.Next(0, 5)),
        { IsArray: true } => Many(type.GetElementType()!, random, depth),
        { IsGenericType: true } when type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) => Many(type.GenericTypeArguments[0], random, depth),
        _ => Make(type, random, depth),
    };

    /// <summary>Any value that a variant can hold, structures included.</summary>
    public static Variant Value(Random random, int depth)
    {
        if (depth >= DeepestValue)
        {
            return new Variant(random.Next());
        }

        var type = (BuiltInType)random.Next((int)BuiltInType.DiagnosticInfo + 1);
        if (type == BuiltInType.Null)
        {
            return default;
        }

        if (random.Next(4) == 0)
        {
            var elements = random.Next(8) == 0 ? null : Many(Variant.ClrTypeOf(type), random, depth + 1);
            int[]? dimensions = random.Next(3) == 0 && elements is { Length: > 0 } ? [elements.Length, 1] : null;
            return Variant.FromArray(type, elements, dimensions);
        }

        return type switch
        {
            BuiltInType.XmlElement => Variant.FromXml("<a/>"),
            BuiltInType.Variant => default,
            BuiltInType.DataValue => Variant.FromDataValue((DataValue)Of(typeof(DataValue), random, depth + 1)!),
            BuiltInType.DiagnosticInfo => Variant.FromDiagnosticInfo(Diagnostics(random, depth + 1)),
            _ => Variant.From(Of(Variant.ClrTypeOf(type), random, depth + 1)),
        };
    }

    private static object Make(Type type, Random random, int depth)
    {
        if (type == typeof(sbyte))
        {
            return (sbyte)random.Next(-128, 128);
        }

        if (type == typeof(short))
        {
            return (short)random.Next(short.MinValue, short.MaxValue);
        }

        if (type == typeof(ulong))
        {
            return unchecked((ulong)random.NextInt64());
        }

        if (type == typeof(float))
        {
            return (float)Doubles[random.Next(Doubles.Length)];
        }

        if (type == typeof(Guid))
        {
            return new Guid(random.Next(), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        }

        var constructor = type.GetConstructors().Where(c => !(c.GetParameters() is [var only] && only.ParameterType == type)).MaxBy(static c => c.GetParameters().Length);
        return constructor is null ? Activator.CreateInstance(type)! : constructor.Invoke([.. constructor.GetParameters().Select(p => Of(p.ParameterType, random, depth + 1))]);
    }

    private static Array Many(Type element, Random random, int depth)
    {
        var length = depth > DeepestValue ? random.Next(2) : random.Next(12) switch { 0 => 0, < 8 => 1, < 11 => 2, _ => 5 };
        var values = Array.CreateInstance(element, length);
        for (var i = 0; i < length; i++)
        {
            values.SetValue(Of(element, random, depth + 1), i);
        }

        return values;
    }

    private static ExtensionObject? Extension(Random random, int depth)
    {
        switch (depth >= DeepestValue ? random.Next(3) : random.Next(8))
        {
            case 0:
                return null;
            case 1:
                return new ExtensionObject(Nodes[random.Next(Nodes.Length)], Bytes(random), isXml: random.Next(2) == 0);
            case 2:
                return new ExtensionObject(new NodeId(0, Numbers[random.Next(Numbers.Length)]), random.Next(2) == 0 ? null : []);
            default:
                return new ExtensionObject((IStructure)Of(Known[random.Next(Known.Length)], random, depth + 1)!);
        }
    }

    private static DiagnosticInfo? Diagnostics(Random random, int depth) => random.Next(3) == 0
        ? null
        : new DiagnosticInfo(
            random.Next(2) == 0 ? 1 : null, random.Next(2) == 0 ? 2 : null, random.Next(2) == 0 ? 3 : null, random.Next(2) == 0 ? 4 : null, Text(random),
            random.Next(2) == 0 ? StatusCodes.BadDecodingError : null, depth >= DeepestValue ? null : Diagnostics(random, depth + 1));

    private static string? Text(Random random) => random.Next(6) == 0 ? null : Texts[random.Next(Texts.Length)];

    private static byte[]? Bytes(Random random)
    {
        if (random.Next(4) == 0)
        {
            return null;
        }

        var bytes = new byte[random.Next(3) switch { 0 => 0, 1 => 4, _ => 32 }];
        random.NextBytes(bytes);
        return bytes;
    }

    private static DateTime Time(Random random) => random.Next(3) switch
    {
        0 => default,
        1 => DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc),
        _ => new DateTime(2026, 1, 5, 8, 0, 0, DateTimeKind.Utc).AddTicks(random.Next()),
    };
}
