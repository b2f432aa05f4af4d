using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.Labs.Toolbox;

/// <summary><c>opcua call SERVER OBJECTID METHODID [VALUE…]</c>: calls a method with values written as text, of the types that the method declares.</summary>
internal static class OpcUaCall
{
    public static async Task<CommandResult> RunAsync(OpcUaClient client, NodeId target, NodeId method, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var inputs = new List<Variant>();
        if (words.Count > 0)
        {
            var declared = await ReadArgumentsAsync(client, method, cancellationToken);
            for (var i = 0; i < words.Count; i++)
            {
                var type = i < declared.Count && declared[i].DataType is { NamespaceIndex: 0 } id ? BuiltInOf(id) : BuiltInType.Null;
                if (!TryRead(words[i], type, out var value))
                    return ToolboxOutput.Failed($"'{words[i]}' is no {type}");
                inputs.Add(value);
            }
        }

        var result = await client.CallAsync(target, method, inputs, cancellationToken);
        if (result.Status.IsBad)
            return ToolboxOutput.Failed(result.Status.Name);
        var output = new ToolboxOutput();
        output.Line(result.Status.Name);
        foreach (var value in result.Outputs ?? [])
            output.Line(value.ToString());
        return output.Done(new JsonObject
        {
            ["status"] = result.Status.Name,
            ["outputs"] = new JsonArray([.. (result.Outputs ?? []).Select(v => (JsonNode)JsonValue.Create(v.ToString())!)]),
        });
    }

    private static async Task<IReadOnlyList<Argument>> ReadArgumentsAsync(OpcUaClient client, NodeId method, CancellationToken cancellationToken)
    {
        var (status, property) = await client.TranslateAsync(method, [new QualifiedName(0, "InputArguments")], cancellationToken);
        return status.IsGood && (await client.ReadAsync(property, cancellationToken)).Value.Elements is ExtensionObject?[] arguments
            ? [.. arguments.Select(a => a?.Structure).OfType<Argument>()]
            : [];
    }

    /// <summary>The built-in type behind the data types that standard methods declare.</summary>
    private static BuiltInType BuiltInOf(NodeId dataType) => dataType.Numeric switch
    {
        <= 25 and var type => (BuiltInType)type,
        288 => BuiltInType.UInt32, // IntegerId, Counter
        290 => BuiltInType.Double, // Duration
        294 => BuiltInType.DateTime, // UtcTime
        _ => BuiltInType.Null,
    };

    private static bool TryRead(string text, BuiltInType type, out Variant value)
    {
        value = default;
        switch (type)
        {
            case BuiltInType.String:
                value = new Variant(text);
                return true;
            case BuiltInType.LocalizedText:
                value = new Variant(new OpcUa.LocalizedText(text));
                return true;
            case BuiltInType.Boolean when bool.TryParse(text, out var flag):
                value = new Variant(flag);
                return true;
            case BuiltInType.ByteString:
                value = new Variant(Convert.TryFromBase64String(text, new byte[text.Length], out var length) ? Convert.FromBase64String(text)[..length] : Hex(text));
                return value.ToObject() is byte[];
            case BuiltInType.NodeId when NodeId.TryParse(text, out var node):
                value = new Variant(node);
                return true;
            case BuiltInType.DateTime when DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var time):
                value = new Variant(time);
                return true;
            case BuiltInType.Null or BuiltInType.Variant:
                value = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? new Variant(number) : new Variant(text);
                return true;
            default:
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && Variant.TryConvert(new Variant(number), type, out value);
        }
    }

    private static byte[]? Hex(string text)
    {
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
