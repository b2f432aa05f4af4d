using System.Text.Json.Nodes;
using TrainingLab.Simulation.Chance;
using TrainingLab.Simulation.Kinds;
using TrainingLab.Simulation.Parameters;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Faults;

/// <summary>The kinds of instrument fault: stuck, drift, offset, spike, dropout.</summary>
public sealed class FaultRegistry
{
    private readonly KindRegistry<Fault> kinds = new();

    private FaultRegistry()
    {
        Add("stuck", new("the value stays where it was", "卡值：数值停在故障开始时"), [], (_, _) => new StuckFault());
        Add(
            "drift",
            new("the value moves away from the truth at a constant rate", "漂移：数值以恒定速率偏离真值"),
            [new("perHour", ParameterKind.Number) { Required = true, Description = new("units per hour", "每小时漂移量") }],
            (parameters, _) => new DriftFault(parameters.Number("perHour")));
        Add(
            "offset",
            new("the value is off by a constant", "偏移：数值相差一个常量"),
            [new("amount", ParameterKind.Number) { Required = true, Description = new("added to the true value", "加到真值上的量") }],
            (parameters, _) => new OffsetFault(parameters.Number("amount")));
        Add(
            "spike",
            new("short bursts at random instants", "尖峰：随机时刻的短脉冲"),
            [
                new("amplitude", ParameterKind.Number) { Required = true, Minimum = 0, Description = new("size of a burst", "尖峰幅度") },
                new("interval", ParameterKind.Duration) { Default = "60s", Minimum = 0.1, Description = new("mean time between bursts", "平均间隔") },
                new("length", ParameterKind.Duration) { Default = "500ms", Minimum = 0.001, Description = new("how long a burst lasts", "持续时间") },
            ],
            (parameters, context) => new SpikeFault(
                parameters.Number("amplitude"),
                parameters.Duration("interval"),
                parameters.Duration("length"),
                context.Chance));
        Add("dropout", new("no value: quality bad", "断线：无数值，质量为坏"), [], (_, _) => new DropoutFault());
    }

    /// <summary>All kinds there are.</summary>
    public static FaultRegistry Standard { get; } = new();

    /// <summary>The kinds, for documentation and schemas.</summary>
    public IReadOnlyCollection<Kind<Fault>> Kinds => kinds.Kinds;

    /// <summary>Makes a fault to lay over a tag; null when the context's mistakes say why not.</summary>
    public Fault? Create(string kind, IReadOnlyDictionary<string, object?>? given, ComponentContext context)
    {
        var fault = kinds.Create(kind, given, context);
        if (fault is not null && given is not null)
            fault.Given = new Dictionary<string, object?>(given, StringComparer.Ordinal);
        return fault;
    }

    internal Fault Load(JsonNode saved)
    {
        var state = saved.AsObject();
        var given = state["parameters"]!.AsObject().ToDictionary(pair => pair.Key, pair => FromJson(pair.Value), StringComparer.Ordinal);
        // A fault's chance continues from its saved state, so its seed no longer matters.
        var context = new ComponentContext("fault", new SeededChance(0, "loaded"), DateTimeOffset.UnixEpoch);
        var fault = Create((string)state["kind"]!, given, context)
            ?? throw new FormatException($"The saved fault is not valid: {string.Join(" ", context.Mistakes.Select(mistake => mistake.Message.En))}");
        fault.Load(state);
        return fault;
    }

    private static object? FromJson(JsonNode? node) => node?.GetValueKind() switch
    {
        null => null,
        System.Text.Json.JsonValueKind.True => true,
        System.Text.Json.JsonValueKind.False => false,
        System.Text.Json.JsonValueKind.Number => (double)node,
        _ => (string?)node,
    };

    private void Add(string name, LocalText description, IReadOnlyList<ParameterDefinition> parameters, Func<ParameterSet, ComponentContext, Fault> create) =>
        kinds.Add(new Kind<Fault>(name, description, [.. parameters, .. Fault.CommonParameters], (set, context) =>
        {
            var fault = create(set, context);
            fault.Kind = name;
            fault.From = set.OptionalDuration("from");
            fault.Until = set.OptionalDuration("until");
            fault.Enabled = set.Boolean("enabled");
            if (fault.From is { } from && fault.Until is { } until && until <= from)
            {
                context.Mistakes.Add(new ParameterMistake(
                    "until",
                    new("The fault ends before it begins.", "故障的结束时间早于开始时间。"),
                    new("Give an 'until' later than 'from'.", "“until”应晚于“from”。")));
            }
            return fault;
        }));
}
