using System.Globalization;
using TrainingLab.OpcUa;

namespace TrainingLab.Tests.OpcUa.Corpora;

/// <summary>Values as the corpora write them: the fields of structures one after the other, <c>#n</c> before the elements of an array.</summary>
internal static class CorpusText
{
    public static string Of(object? value) => string.Join(", ", Parts(value));

    private static IEnumerable<string> Parts(object? value)
    {
        switch (value)
        {
            case null:
                return ["null"];
            case string text:
                return [text];
            case byte[] bytes:
                return [Convert.ToHexString(bytes)];
            case bool flag:
                return [flag ? "true" : "false"];
            case Enum number:
                return [Convert.ToInt64(number, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)];
            case DateTime time:
                return [time == DateTime.MinValue ? "no time" : time == DateTime.MaxValue ? "end of time" : time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)];
            case double or float:
                return [((IFormattable)value).ToString("R", CultureInfo.InvariantCulture)];
            case NodeId or ExpandedNodeId or Guid:
                return [value.ToString()!];
            case StatusCode status:
                return [status.Name];
            case QualifiedName name:
                return [$"{name.NamespaceIndex}:{name.Name}"];
            case LocalizedText text:
                return [text.Text is null && text.Locale is null ? "null" : $"{text.Text}@{text.Locale}"];
            case Variant variant:
                return [OfVariant(variant)];
            case DataValue data:
                return [OfDataValue(data)];
            case ExtensionObject { Structure: { } known }:
                return Fields(known);
            case ExtensionObject { Body: null } unknown:
                return [$"{unknown.TypeId} without a body"];
            case ExtensionObject unknown:
                return [$"{unknown.TypeId} {(unknown.IsXml ? "XML " : "")}{Convert.ToHexString(unknown.Body!)}"];
            case System.Collections.IEnumerable many:
                var elements = many.Cast<object?>().ToArray();
                return [$"#{elements.Length}", .. elements.SelectMany(Parts)];
            default:
                return value.GetType().Assembly == typeof(Variant).Assembly ? Fields(value) : [((IFormattable)value).ToString(null, CultureInfo.InvariantCulture)];
        }
    }

    private static string OfVariant(in Variant value)
    {
        if (value.IsNull)
        {
            return "null";
        }

        if (!value.IsArray)
        {
            return $"{value.Type} {Of(value.ToObject())}";
        }

        var elements = value.Elements is { } all ? string.Join(' ', all.Cast<object?>().Select(Of)) : "null";
        return $"{value.Type}[{(value.Dimensions is { } dimensions ? string.Join('x', dimensions) : "")}] {elements}".TrimEnd();
    }

    private static string OfDataValue(in DataValue value)
    {
        string Time(DateTime time, ushort picoseconds) => time == default ? "-" : Of(time) + (picoseconds == 0 ? "" : $"+{picoseconds}");
        return $"{OfVariant(value.Value)} {value.Status.Name} {Time(value.SourceTimestamp, value.SourcePicoseconds)} {Time(value.ServerTimestamp, value.ServerPicoseconds)}";
    }

    /// <summary>The fields in the order of the constructor's parameters, which is the order on the wire.</summary>
    private static IEnumerable<string> Fields(object structure)
    {
        var constructor = structure.GetType().GetConstructors().MaxBy(static c => c.GetParameters().Length);
        return constructor is null
            ? []
            : constructor.GetParameters().SelectMany(p =>
            {
                var value = structure.GetType().GetProperty(p.Name!, System.Reflection.BindingFlags.IgnoreCase | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Instance)!.GetValue(structure);
                return value is null && p.ParameterType != typeof(string) && p.ParameterType != typeof(byte[]) && typeof(System.Collections.IEnumerable).IsAssignableFrom(p.ParameterType) ? ["#0"] : Parts(value);
            });
    }
}
