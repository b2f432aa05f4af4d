using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions;

/// <summary>The values that a seed drew for one attempt, in the order of the lab file.</summary>
public sealed class VariantValues
{
    private readonly OrderedDictionary<string, ScalarValue> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _hidden = new(StringComparer.Ordinal);

    internal VariantValues()
    {
    }

    /// <summary>No values: a lab without a variant.</summary>
    public static VariantValues None { get; } = new();

    /// <summary>All values by name, hidden ones included.</summary>
    public IReadOnlyDictionary<string, ScalarValue> All => _values;

    /// <summary>Names of the values that students must not see.</summary>
    public IReadOnlySet<string> Hidden => _hidden;

    /// <summary>The values that may stand in texts.</summary>
    public IEnumerable<KeyValuePair<string, ScalarValue>> Visible => _values.Where(v => !_hidden.Contains(v.Key));

    /// <summary>All values for binding the lab and its submissions.</summary>
    public ParameterSet ToParameters() => ParameterSet.Empty.With(_values) with { DeferredPrefixes = [SubmissionStep.ReplyPrefix] };

    /// <summary>The values for evidence: numbers, booleans and texts by name. Which are hidden the lab file says.</summary>
    public JsonObject ToJson() => new(_values.Select(v => KeyValuePair.Create(v.Key, ToNode(v.Value))));

    /// <summary>Restores the values from evidence.</summary>
    /// <param name="json">What <see cref="ToJson"/> gave.</param>
    /// <param name="draws">The lab's variant section, which says what is hidden.</param>
    public static VariantValues FromJson(JsonObject json, IReadOnlyDictionary<string, DrawDefinition> draws)
    {
        var values = new VariantValues();
        foreach (var (name, node) in json)
        {
            var value = node!.GetValueKind() == System.Text.Json.JsonValueKind.String
                ? ScalarValue.OfText(node.GetValue<string>())
                : ScalarValue.FromPlain(node.ToJsonString());
            values.Add(name, value, draws.TryGetValue(name, out var draw) && draw.Hidden);
        }

        return values;
    }

    internal void Add(string name, ScalarValue value, bool hidden)
    {
        _values.Add(name, value);
        if (hidden)
        {
            _hidden.Add(name);
        }
    }

    private static JsonNode? ToNode(ScalarValue value) => value.Kind switch
    {
        ScalarKind.Text => JsonValue.Create(value.Text),
        ScalarKind.Boolean => JsonValue.Create(value.Text == "true"),
        ScalarKind.Integer => JsonValue.Create(long.Parse(value.Text, System.Globalization.CultureInfo.InvariantCulture)),
        _ => JsonValue.Create(decimal.Parse(value.Text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture)),
    };
}
