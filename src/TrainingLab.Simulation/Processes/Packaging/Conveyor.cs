using System.Text.Json.Nodes;
using TrainingLab.Simulation.Kinds;
using TrainingLab.Simulation.Parameters;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Processes.Packaging;

/// <summary>
/// An accumulating conveyor: a bottle that is put on it arrives at its end after the travel time, and waits there until the next machine takes it.
/// Whole bottles, first in, first out. Standing, it takes and gives nothing.
/// </summary>
public sealed class Conveyor : IMaterialBuffer, IPowerConsumer
{
    /// <summary>Groups of bottles on the way that are told apart; more travel time than that makes the groups longer.</summary>
    private const int Slots = 512;

    private readonly double travelMetres;
    private readonly double power;
    private readonly ProcessVariables declared = new();
    private readonly ProcessVariable running;
    private readonly ProcessVariable beltSpeed;
    private readonly ProcessVariable held;
    private readonly ProcessVariable waiting;
    private readonly ProcessVariable fill;
    private readonly ProcessVariable passed;
    private readonly ProcessVariable powerNow;
    private readonly ProcessVariable energy;

    // A ring of groups on the way: how many, and at which belt position they arrive.
    private readonly long[] counts = new long[Slots];
    private readonly double[] arrivals = new double[Slots];
    private int first;
    private int used;
    private long onTheWay;
    private double position;

    private Conveyor(ParameterSet parameters, ComponentContext context)
    {
        Name = context.Name;
        Capacity = parameters.Integer("capacity");
        travelMetres = parameters.Number("length");
        power = parameters.Number("power");
        var speed = parameters.Number("speed");
        running = declared.Input("Running", true, null, new("whether the belt moves", "是否运行"));
        beltSpeed = declared.Input("BeltSpeed", speed, "MTS", new("speed of the belt", "带速"), new TagRange(0.05, 3));
        held = declared.Output("Held", TagKind.Integer, "C62", new("bottles on it", "在带瓶数"), new TagRange(0, Capacity));
        waiting = declared.Output("Waiting", TagKind.Integer, "C62", new("bottles waiting at its end", "末端等待瓶数"), new TagRange(0, Capacity));
        fill = declared.Output("FillLevel", TagKind.Double, "P1", new("how full it is", "充满率"), new TagRange(0, 100));
        passed = declared.Output("PassedCount", TagKind.Integer, "C62", new("bottles that left it", "通过瓶数"));
        powerNow = declared.Output("Power", TagKind.Double, "KWT", new("active power", "有功功率"), new TagRange(0, Math.Max(0.1, power * 1.2)));
        energy = declared.Output("Energy", TagKind.Double, "KWH", new("energy used", "累计电能"));
    }

    /// <summary>The kind <c>conveyor</c>.</summary>
    public static Kind<IProcess> Kind { get; } = new(
        "conveyor",
        new("accumulating conveyor between machines", "机间积放输送带"),
        [
            new("capacity", ParameterKind.Integer) { Default = 300, Minimum = 1, Maximum = 100_000, Description = new("bottles that it holds", "容量（瓶）") },
            new("length", ParameterKind.Number) { Default = 6.0, Minimum = 0, Maximum = 1000, Unit = "MTR", Description = new("way from one end to the other", "长度") },
            new("speed", ParameterKind.Number) { Default = 0.6, Minimum = 0.05, Maximum = 3, Unit = "MTS", Description = new("speed of the belt", "带速") },
            new("power", ParameterKind.Number) { Default = 0.75, Minimum = 0, Unit = "KWT", Description = new("power when moving", "运行功率") },
        ],
        (parameters, context) => new Conveyor(parameters, context));

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ProcessVariable> Variables => declared.All;

    /// <inheritdoc/>
    public long Capacity { get; }

    /// <inheritdoc/>
    public long Held => onTheWay + waiting.Count;

    /// <inheritdoc/>
    public long Available => running.Flag ? waiting.Count : 0;

    /// <inheritdoc/>
    public long Space => running.Flag ? Capacity - Held : 0;

    /// <inheritdoc/>
    public long Delivered { get; private set; }

    /// <inheritdoc/>
    public bool HasConsumer { get; set; }

    /// <inheritdoc/>
    public double PowerKilowatts => powerNow.Number;

    /// <inheritdoc/>
    public void Take(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Available);
        waiting.Count -= count;
        passed.Count += count;
        Show();
    }

    /// <inheritdoc/>
    public void Put(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Space);
        if (count == 0)
            return;
        if (used == Slots)
        {
            // The last group takes them along, and arrives when they do.
            var last = (first + used - 1) % Slots;
            counts[last] += count;
            arrivals[last] = position + travelMetres;
        }
        else
        {
            var next = (first + used) % Slots;
            counts[next] = count;
            arrivals[next] = position + travelMetres;
            used++;
        }
        onTheWay += count;
        Show();
    }

    /// <inheritdoc/>
    public void Step(ProcessStep step)
    {
        if (running.Flag)
        {
            position += beltSpeed.Number * step.Delta.TotalSeconds;
            while (used > 0 && arrivals[first] <= position)
            {
                waiting.Count += counts[first];
                onTheWay -= counts[first];
                first = (first + 1) % Slots;
                used--;
            }
            if (!HasConsumer)
            {
                Delivered += waiting.Count;
                passed.Count += waiting.Count;
                waiting.Count = 0;
            }
        }
        powerNow.Number = running.Flag ? power : 0;
        energy.Number += powerNow.Number * step.Delta.TotalHours;
        Show();
    }

    /// <inheritdoc/>
    public JsonNode Save()
    {
        var groups = new JsonArray();
        for (var i = 0; i < used; i++)
        {
            var slot = (first + i) % Slots;
            groups.Add(new JsonArray(counts[slot], arrivals[slot]));
        }
        return new JsonObject
        {
            ["v"] = 1,
            ["variables"] = declared.Save(),
            ["position"] = position,
            ["delivered"] = Delivered,
            ["groups"] = groups,
        };
    }

    /// <inheritdoc/>
    public void Load(JsonNode state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if ((int?)state["v"] != 1)
            throw new NotSupportedException($"Version {state["v"]} of a conveyor's state is not known.");
        var groups = state["groups"]!.AsArray();
        if (groups.Count > Slots)
            throw new FormatException("The conveyor's state has too many groups.");
        declared.Load(state["variables"]!);
        position = (double)state["position"]!;
        Delivered = (long)state["delivered"]!;
        first = 0;
        used = groups.Count;
        onTheWay = 0;
        for (var i = 0; i < used; i++)
        {
            counts[i] = (long)groups[i]![0]!;
            arrivals[i] = (double)groups[i]![1]!;
            onTheWay += counts[i];
        }
    }

    private void Show()
    {
        held.Count = Held;
        fill.Number = 100.0 * Held / Capacity;
    }
}
