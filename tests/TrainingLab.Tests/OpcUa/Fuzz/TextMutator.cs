using System.Text;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.Tests.OpcUa.Fuzz;

/// <summary>Changes text: tokens of its language are put in, exchanged and doubled, pieces are cut, single characters replaced.</summary>
internal static class TextMutator
{
    private const int LongestInput = 16_384;

    public static Func<byte[], Random, byte[]> Change(string[] tokens) => (seed, random) =>
    {
        var text = new StringBuilder(System.Text.Encoding.UTF8.GetString(seed));
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var at = random.Next(text.Length + 1);
            var length = Math.Min(random.Next(random.Next(4) == 0 ? 400 : 12), text.Length - at);
            switch (random.Next(6))
            {
                case 0:
                    text.Insert(at, tokens[random.Next(tokens.Length)]);
                    break;
                case 1:
                    text.Remove(at, length);
                    break;
                case 2:
                    text.Insert(at, text.ToString(at, length));
                    break;
                case 3 when at < text.Length:
                    text[at] = (char)(random.Next(3) == 0 ? random.Next(0x10000) : random.Next(0x20, 0x7F));
                    break;
                case 4:
                    text.Remove(at, length).Insert(at, tokens[random.Next(tokens.Length)]);
                    break;
                default:
                    text.Replace(tokens[random.Next(tokens.Length)], tokens[random.Next(tokens.Length)], 0, text.Length);
                    break;
            }
        }

        var bytes = System.Text.Encoding.UTF8.GetBytes(text.ToString());
        if (random.Next(10) == 0 && bytes.Length > 0)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes.Length > LongestInput ? bytes[..LongestInput] : bytes;
    };
}

/// <summary>Changes DER: lengths, tags and contents of whole elements, besides what <see cref="ByteMutator"/> does.</summary>
internal static class DerMutator
{
    private static readonly byte[] Tags = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x13, 0x17, 0x18, 0x30, 0x31, 0x80, 0x86, 0x87, 0xA0, 0xA3, 0x1F, 0xFF];

    private static readonly byte[] Lengths = [0x00, 0x01, 0x7F, 0x80, 0x81, 0x82, 0x84, 0x88, 0xFF];

    public static byte[] Change(byte[] seed, Random random)
    {
        if (random.Next(3) == 0)
        {
            return ByteMutator.Change(seed, random);
        }

        var bytes = (byte[])seed.Clone();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = Array.FindIndex(bytes, random.Next(bytes.Length), static b => Array.IndexOf(Tags, b) >= 0);
            if (at < 0 || at + 2 >= bytes.Length)
            {
                continue;
            }

            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = Tags[random.Next(Tags.Length)];
                    break;
                case 1:
                    bytes[at + 1] = Lengths[random.Next(Lengths.Length)];
                    break;
                case 2:
                    bytes[at + 1] = (byte)(bytes[at + 1] + random.Next(-2, 3));
                    break;
                default:
                    bytes[at + 2 + random.Next(Math.Min(32, bytes.Length - at - 2))] = (byte)random.Next(256);
                    break;
            }
        }

        return bytes;
    }
}

/// <summary>Makes event filters that are more likely to be taken than random ones, then changes some of them.</summary>
internal static class FilterMutator
{
    private static readonly NodeId[] EventTypes = [default, new(0, 2041), new(0, 2782), new(0, 2915), new(0, 85)];

    private static readonly string[] Fields = ["Message", "Severity", "EventType", "Time", "SourceName", "EventId", "ActiveState", "Nothing"];

    public static byte[] Change(byte[] seed, Random random) => random.Next(4) switch
    {
        0 => ByteMutator.Change(seed, random),
        1 => ByteMutator.Change(Made(random), random),
        _ => Made(random),
    };

    private static byte[] Made(Random random)
    {
        var count = random.Next(1, 6);
        var elements = new ContentFilterElement[count];
        for (var i = 0; i < count; i++)
        {
            var kind = (FilterOperator)random.Next(0, 18);
            var operands = kind switch { FilterOperator.IsNull or FilterOperator.Not or FilterOperator.OfType => 1, FilterOperator.Between => 3, FilterOperator.InList => random.Next(2, 6), _ => 2 };
            elements[i] = new ContentFilterElement(kind, [.. Enumerable.Range(0, operands).Select(_ => Operand(random, i, count))]);
        }

        return WireTargets.Write(new EventFilter([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Select(random))], new ContentFilter(elements)).Write);
    }

    private static ExtensionObject Operand(Random random, int index, int count) => new((IStructure)(random.Next(3) switch
    {
        0 when index + 1 < count => new ElementOperand((uint)random.Next(index + 1, count)),
        1 => Select(random),
        _ => new LiteralOperand(RandomStructures.Value(random, 2)),
    }));

    private static SimpleAttributeOperand Select(Random random) => random.Next(6) == 0
        ? new SimpleAttributeOperand(new NodeId(0, 2782), [], AttributeId.NodeId, null)
        : new SimpleAttributeOperand(EventTypes[random.Next(EventTypes.Length)], [new QualifiedName(0, Fields[random.Next(Fields.Length)])], AttributeId.Value, random.Next(5) == 0 ? "0:1" : null);
}
