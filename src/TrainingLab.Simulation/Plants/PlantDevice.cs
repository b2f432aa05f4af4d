using System.Text.Json.Nodes;
using TrainingLab.Simulation.Expressions;
using TrainingLab.Simulation.Faults;
using TrainingLab.Simulation.Kinds;
using TrainingLab.Simulation.Parameters;
using TrainingLab.Simulation.Processes;
using TrainingLab.Simulation.Signals;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Plants;

/// <summary>One device of a plant: its tags, each wired to what it shows.</summary>
public sealed class PlantDevice
{
    private readonly Plant plant;
    private readonly List<WiredTag> wired = [];

    private PlantDevice(Plant plant, string name, TagTable tags)
    {
        this.plant = plant;
        Name = name;
        Tags = tags;
        Scope = new DeviceScope(plant, this);
    }

    /// <summary>Its name in the plant.</summary>
    public string Name { get; }

    /// <summary>Its tags.</summary>
    public TagTable Tags { get; }

    /// <summary>Its own tags by name, and those of all devices by device.tag.</summary>
    public IExpressionScope Scope { get; }

    /// <summary>
    /// Makes a fault for one of its tags, with a chance of its own, and lays it over the tag.
    /// </summary>
    /// <param name="tag">The tag's name.</param>
    /// <param name="id">Tells faults of one tag apart; part of the path of its chance.</param>
    /// <param name="kind">Such as <c>stuck</c>.</param>
    /// <param name="parameters">What the kind takes, and from, until, enabled.</param>
    /// <param name="mistakes">Receives what is wrong.</param>
    /// <returns>The fault, or null when there was a mistake.</returns>
    public Fault? AddFault(
        string tag,
        string id,
        string kind,
        IReadOnlyDictionary<string, object?>? parameters,
        ICollection<ParameterMistake> mistakes)
    {
        ArgumentNullException.ThrowIfNull(mistakes);
        if (Tags.Find(tag)?.FindFault(id) is not null)
        {
            mistakes.Add(new ParameterMistake(
                "id",
                new($"Tag '{tag}' already has a fault '{id}'.", $"变量“{tag}”已有故障“{id}”。"),
                new("Give another id, or take the other fault away.", "请使用其他编号，或先移除已有故障。")));
            return null;
        }
        if (Tags.Find(tag) is not { } target)
        {
            mistakes.Add(new ParameterMistake(
                "tag",
                new($"Device '{Name}' has no tag '{tag}'.", $"设备“{Name}”没有变量“{tag}”。"),
                new($"Its tags: {string.Join(", ", Tags.Tags.Select(known => known.Name))}.", $"可用变量：{string.Join("、", Tags.Tags.Select(known => known.Name))}。")));
            return null;
        }
        var fault = FaultRegistry.Standard.Create(kind, parameters, plant.Context($"device/{Name}/tag/{tag}/fault/{id}", id, mistakes));
        if (fault is null)
            return null;
        fault.Id = id;
        target.AddFault(fault);
        return fault;
    }

    /// <summary>Checks the wirings and makes the device; null when there was a mistake.</summary>
    internal static PlantDevice? Create(Plant plant, string name, IReadOnlyList<TagWiring> wirings, ICollection<ParameterMistake> mistakes)
    {
        var before = mistakes.Count;
        var sources = wirings.Select(wiring => (Wiring: wiring, Source: Resolve(plant, name, wiring, mistakes))).ToList();
        foreach (var twice in wirings.GroupBy(wiring => wiring.Tag.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            mistakes.Add(new ParameterMistake(
                twice.Key,
                new($"Device '{name}' has two tags named '{twice.Key}'.", $"设备“{name}”有两个名为“{twice.Key}”的变量。"),
                new("Rename one.", "请重命名其中一个。")));
        }
        if (mistakes.Count > before)
            return null;
        var definitions = sources.Select(source => Complete(source.Wiring.Tag, source.Source.Variable?.Definition));
        var device = new PlantDevice(plant, name, new TagTable(name, definitions, () => plant.Now));
        foreach (var (wiring, source) in sources)
        {
            var tag = device.Tags[wiring.Tag.Name];
            if (source.Variable is { } variable)
                tag.Written = value => variable.Value = value;
            device.wired.Add(new WiredTag(tag, source.Variable, source.Signal));
            if ((source.Variable?.Value ?? wiring.Initial) is { } initial)
                tag.Set(initial);
        }
        return device;
    }

    /// <summary>Whether what it shows depends on more than the processes' present state: on signals or faults, which must see every step.</summary>
    internal bool HasMemory => wired.Exists(w => w.Signal is not null || w.Tag.Faults.Count > 0);

    /// <summary>Shows the plant's state after a step.</summary>
    internal void Step(SignalStep step)
    {
        foreach (var (tag, variable, signal) in wired)
        {
            if (variable is not null)
            {
                tag.Set(variable.Value);
            }
            else if (signal is not null)
            {
                var next = signal.Next(step);
                tag.Set(Fit(next.Value, tag.Definition.Kind), next.Quality);
            }
            else
            {
                tag.Observe();
            }
        }
    }

    internal JsonNode Save()
    {
        var signals = new JsonObject();
        foreach (var (tag, _, signal) in wired)
        {
            if (signal?.Save() is { } state)
                signals[tag.Name] = state;
        }
        return new JsonObject { ["v"] = 1, ["tags"] = Tags.Save(), ["signals"] = signals };
    }

    internal void Load(JsonNode state)
    {
        if ((int?)state["v"] != 1)
            throw new NotSupportedException($"Version {state["v"]} of a device's state is not known.");
        Tags.Load(state["tags"]!, FaultRegistry.Standard);
        foreach (var (tag, _, signal) in wired)
        {
            if (state["signals"]![tag.Name] is { } saved)
                signal?.Load(saved);
        }
    }

    private static (ProcessVariable? Variable, Signal? Signal) Resolve(
        Plant plant,
        string device,
        TagWiring wiring,
        ICollection<ParameterMistake> mistakes)
    {
        if (wiring.Signal is { } kind)
        {
            if (wiring.Process is not null)
            {
                mistakes.Add(new ParameterMistake(
                    wiring.Tag.Name,
                    new($"Tag '{wiring.Tag.Name}' has both a signal and a process.", $"变量“{wiring.Tag.Name}”同时指定了信号和过程。"),
                    new("Leave one of them out.", "请只保留一个。")));
            }
            return (null, SignalRegistry.Standard.Create(kind, wiring.SignalParameters, plant.Context($"device/{device}/tag/{wiring.Tag.Name}", wiring.Tag.Name, mistakes)));
        }
        if (wiring.Process is not { } process)
            return (null, null);
        var name = wiring.Variable ?? wiring.Tag.Name;
        if (plant.FindProcess(process) is not { } found)
        {
            mistakes.Add(new ParameterMistake(
                wiring.Tag.Name,
                new($"There is no process '{process}'.", $"没有名为“{process}”的过程。"),
                new($"Known processes: {string.Join(", ", plant.Processes.Select(known => known.Name))}.", $"可用过程：{string.Join("、", plant.Processes.Select(known => known.Name))}。")));
            return (null, null);
        }
        var variable = found.Variables.FirstOrDefault(known => string.Equals(known.Name, name, StringComparison.Ordinal));
        if (variable is null)
        {
            mistakes.Add(new ParameterMistake(
                wiring.Tag.Name,
                new($"Process '{process}' has no variable '{name}'.", $"过程“{process}”没有变量“{name}”。"),
                new($"Its variables: {string.Join(", ", found.Variables.Select(known => known.Name))}.", $"可用变量：{string.Join("、", found.Variables.Select(known => known.Name))}。")));
        }
        else if (!TagValue.Zero(variable.Definition.Kind).TryConvert(wiring.Tag.Kind, out _)
            || (wiring.Tag.Writable && !TagValue.Zero(wiring.Tag.Kind).TryConvert(variable.Definition.Kind, out _))
            || (variable.Definition.Kind == TagKind.Double && wiring.Tag.Kind == TagKind.Integer))
        {
            mistakes.Add(new ParameterMistake(
                wiring.Tag.Name,
                new($"Tag '{wiring.Tag.Name}' is {wiring.Tag.Kind}, but the variable is {variable.Definition.Kind}.", $"变量“{wiring.Tag.Name}”的类型 {wiring.Tag.Kind} 与过程变量的类型 {variable.Definition.Kind} 不符。"),
                new($"Make it {variable.Definition.Kind}.", $"请改为 {variable.Definition.Kind}。")));
        }
        else if (wiring.Tag.Writable && !variable.IsInput)
        {
            mistakes.Add(new ParameterMistake(
                wiring.Tag.Name,
                new($"Variable '{name}' of process '{process}' is not an input, so the tag cannot be writable.", $"过程“{process}”的变量“{name}”不是输入量，变量不能设为可写。"),
                new("Make the tag read-only.", "请将该变量设为只读。")));
        }
        return (variable, null);
    }

    private static TagDefinition Complete(TagDefinition tag, TagDefinition? variable) => variable is null
        ? tag
        : tag with
        {
            Unit = tag.Unit ?? variable.Unit,
            Range = tag.Range ?? variable.Range,
            Description = tag.Description == default ? variable.Description : tag.Description,
        };

    /// <summary>A signal yields doubles; an integer tag shows the nearest integer.</summary>
    private static TagValue Fit(TagValue value, TagKind kind) =>
        kind == TagKind.Integer && value.Kind == TagKind.Double && double.IsFinite(value.AsDouble) ? (long)Math.Round(value.AsDouble) : value;

    private sealed record WiredTag(Tag Tag, ProcessVariable? Variable, Signal? Signal);
}
