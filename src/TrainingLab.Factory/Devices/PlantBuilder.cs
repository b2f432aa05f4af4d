using System.Globalization;
using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Factory.Devices.Faults;
using TrainingLab.Simulation.Faults;
using TrainingLab.Simulation.Parameters;
using TrainingLab.Simulation.Plants;
using TrainingLab.Simulation.Processes;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Factory.Devices;

/// <summary>Fills a plant from a scenario. Validation uses it too, so that what validates can be built.</summary>
internal static class PlantBuilder
{
    /// <summary>Adds processes, the material flow, devices and timed faults; adds every mistake with the place in the file that it stems from.</summary>
    public static void Build(Plant plant, ScenarioDefinition scenario, IReadOnlyDictionary<string, DeviceProfile> profiles, Mistakes mistakes)
    {
        foreach (var placement in scenario.Devices)
        {
            if (profiles.TryGetValue(placement.Profile, out var profile))
                AddProcess(plant, placement, profile, mistakes);
        }

        for (var i = 1; i < scenario.Line.Count; i++)
        {
            var wrong = new List<ParameterMistake>();
            plant.Connect(scenario.Line[i - 1], scenario.Line[i], wrong);
            Report(wrong, scenario.Origin.Of(nameof(scenario.Line), i), mistakes);
        }

        foreach (var placement in scenario.Devices)
        {
            if (profiles.TryGetValue(placement.Profile, out var profile))
                AddDevice(plant, placement, profile, mistakes);
        }

        var wiring = new List<ParameterMistake>();
        plant.Wire(wiring);
        Report(wiring, scenario.Origin.Of(nameof(scenario.Devices)), mistakes);
        foreach (var fault in scenario.Faults)
            AddFault(plant, scenario, fault, profiles, mistakes);
    }

    private static void AddProcess(Plant plant, DevicePlacement placement, DeviceProfile profile, Mistakes mistakes)
    {
        if (profile.Process is not { } process)
            return;
        var kind = ProcessRegistry.Standard.Find(process.Kind);
        var given = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in process.Parameters.Concat(placement.Parameters))
            given[name] = ValueOf(value, kind?.Parameters.FirstOrDefault(p => p.Name == name));
        var wrong = new List<ParameterMistake>();
        plant.AddProcess(placement.Id, process.Kind, given, wrong);
        foreach (var mistake in wrong)
        {
            var span = mistake.Parameter == "kind" ? process.Origin.Of(nameof(process.Kind))
                : placement.Parameters.ContainsKey(mistake.Parameter) ? placement.Origin.Of(nameof(placement.Parameters), mistake.Parameter)
                : process.Parameters.ContainsKey(mistake.Parameter) ? process.Origin.Of(nameof(process.Parameters), mistake.Parameter)
                : placement.Origin.Span;
            Report([mistake], span, mistakes);
        }
    }

    /// <summary>A parameter as the simulation reads it; a list is written with commas.</summary>
    internal static object ValueOf(ScalarValue value, ParameterDefinition? parameter) => parameter?.Kind switch
    {
        ParameterKind.TextList => value.Text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToList<object?>(),
        ParameterKind.Text or ParameterKind.Duration => value.Text,
        _ => value.Kind switch
        {
            ScalarKind.Integer => long.Parse(value.Text, CultureInfo.InvariantCulture),
            ScalarKind.Decimal => value.Number,
            ScalarKind.Boolean => value.Text == "true",
            _ => value.Text,
        },
    };

    private static void AddDevice(Plant plant, DevicePlacement placement, DeviceProfile profile, Mistakes mistakes)
    {
        var process = plant.FindProcess(placement.Id);
        if (process is null && profile.Process is not null)
            return;
        var wirings = new List<TagWiring>();
        foreach (var declaration in profile.Tags)
        {
            var name = declaration.Variable ?? declaration.Name;
            if (process?.Variables.FirstOrDefault(v => v.Name == name) is not { } variable)
            {
                var known = process is null ? [] : process.Variables.Select(v => v.Name);
                mistakes.UnknownReference(declaration.Origin.Of(declaration.Variable is null ? nameof(declaration.Name) : nameof(declaration.Variable)), "variable of the process", "过程变量", name, known);
                continue;
            }

            wirings.Add(new TagWiring(new TagDefinition(declaration.Name, variable.Definition.Kind)
            {
                Unit = declaration.Unit,
                Range = declaration is { Low: { } low, High: { } high } ? new TagRange(low, high) : null,
                Writable = declaration.Writable ?? variable.IsInput,
                Description = declaration.Description is { } text ? new LocalText(text.En, text.Zh) : default,
            })
            {
                Process = placement.Id,
                Variable = name,
            });
        }

        SparkplugFaceRules.CheckKinds(profile, wirings.DistinctBy(static w => w.Tag.Name).ToDictionary(static w => w.Tag.Name, static w => w.Tag.Kind, StringComparer.Ordinal), mistakes);
        var wrong = new List<ParameterMistake>();
        plant.AddDevice(placement.Id, wirings, wrong);
        Report(wrong, placement.Origin.Span, mistakes);
    }

    private static void AddFault(Plant plant, ScenarioDefinition scenario, TimedFault fault, IReadOnlyDictionary<string, DeviceProfile> profiles, Mistakes mistakes)
    {
        if (scenario.Services.Broker is { } broker && broker.Id == fault.Device)
        {
            // The broker follows the schedule itself.
            if (broker.Faults.All(f => f.Id != fault.Fault))
                mistakes.UnknownReference(fault.Origin.Of(nameof(fault.Fault)), "fault of this broker", "该消息服务器的故障", fault.Fault, broker.Faults.Select(f => f.Id));
            else if (fault.Enabled)
                CheckLength(fault, mistakes);
            return;
        }

        if (scenario.Devices.FirstOrDefault(d => d.Id == fault.Device) is not { } placement || !profiles.TryGetValue(placement.Profile, out var profile))
        {
            var known = scenario.Devices.Select(d => d.Id);
            mistakes.UnknownReference(fault.Origin.Of(nameof(fault.Device)), "device", "设备", fault.Device, scenario.Services.Broker is { } other ? known.Append(other.Id) : known);
            return;
        }

        if (profile.Faults.FirstOrDefault(f => f.Id == fault.Fault) is not { } declared)
        {
            mistakes.UnknownReference(fault.Origin.Of(nameof(fault.Fault)), "fault of this device", "该设备的故障", fault.Fault, profile.Faults.Select(f => f.Id));
            return;
        }

        if (!fault.Enabled)
            return;
        if (OpcUaFaultRegistry.Find(declared.KindName) is not null || ClockSkewFault.Kinds.Find(declared.KindName) is not null)
        {
            // The machine's server and clock follow the schedule themselves.
            CheckLength(fault, mistakes);
            return;
        }

        var wrong = new List<ParameterMistake>();
        plant.FindDevice(fault.Device)?.AddFault(declared.Tag ?? "", declared.Id, declared.KindName, ParametersOf(fault, declared), wrong);
        Report(wrong, fault.Origin.Span, mistakes);
    }

    private static void CheckLength(TimedFault fault, Mistakes mistakes)
    {
        if (fault.Lasts <= TimeSpan.Zero)
            mistakes.Add(fault.Origin.Of(nameof(fault.Lasts)), MistakeCodes.OutOfRange, "the fault ends before it begins", "故障的结束时间早于开始时间", "write a time above 0s, or leave it out for a fault that stays", "请写大于 0s 的时长；省略则故障一直存在");
    }

    private static Dictionary<string, object?> ParametersOf(TimedFault fault, FaultDeclaration declared)
    {
        var parameters = ParametersOf(declared);
        parameters["from"] = fault.At;
        if (fault.Lasts is { } lasts)
            parameters["until"] = fault.At + lasts;
        return parameters;
    }

    /// <summary>The parameters of an instrument's fault, as its kind reads them.</summary>
    internal static Dictionary<string, object?> ParametersOf(FaultDeclaration declared)
    {
        var kind = FaultRegistry.Standard.Kinds.FirstOrDefault(k => k.Name == declared.KindName);
        return ValuesOf(declared.Parameters, kind?.Parameters ?? []);
    }

    /// <summary>Parameters as a kind reads them.</summary>
    internal static Dictionary<string, object?> ValuesOf(IReadOnlyDictionary<string, ScalarValue> given, IReadOnlyList<ParameterDefinition> known) =>
        given.ToDictionary(static p => p.Key, p => (object?)ValueOf(p.Value, known.FirstOrDefault(k => k.Name == p.Key)), StringComparer.Ordinal);

    private static void Report(IEnumerable<ParameterMistake> wrong, SourceSpan span, Mistakes mistakes)
    {
        foreach (var mistake in wrong)
            mistakes.Add(span, mistake);
    }
}
