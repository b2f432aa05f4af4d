using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Actions;
using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Factory.Devices.Faults;
using TrainingLab.Factory.Services;
using TrainingLab.Simulation.Chance;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Factory.Devices;

/// <summary>A running machine: its tags, and the protocols that show them.</summary>
public sealed class DeviceEmulator : IFaultyComponent
{
    private readonly DevicePlacement placement;
    private readonly DeviceFaults faults;
    private readonly FaultSchedule<ClockSkewFault> clockFaults;
    private readonly OpcUaFace? opcUa;
    private readonly MqttFace? mqtt;
    private readonly SparkplugFace? sparkplug;

    internal DeviceEmulator(DevicePlacement placement, DeviceProfile profile, PlantModel plant, FactoryContext context, ScenarioDefinition scenario)
    {
        this.placement = placement;
        Profile = profile;
        var inPlant = plant.Plant.FindDevice(placement.Id)!;
        Tags = inPlant.Tags;
        SerialNumber = string.Create(CultureInfo.InvariantCulture, $"{profile.Model}-{new SeededChance(context.Seed, $"serial/{placement.Id}").Integer(10_000, 99_999)}");
        context.ClockOf(placement.Id).Skew = placement.ClockOffset;
        if (profile.Faces.Opcua is { } face)
            opcUa = new OpcUaFace(this, face, scenario.Services.Historian, scenario.Faults, context);
        clockFaults = new FaultSchedule<ClockSkewFault>(placement.Id, context, static () => { });
        foreach (var declared in profile.Faults)
        {
            if (ClockSkewFault.Create(declared, []) is not { } skew)
                continue;
            skew.Attach(context.ClockOf(placement.Id));
            clockFaults.Add(skew, declared.Id, scenario.Faults);
        }

        faults = new DeviceFaults(profile, inPlant, clockFaults, opcUa?.Faults);
        if (scenario.Services.Broker is not { } broker)
            return;
        var login = new BrokerLogin(Id, placement.Login, broker, context);
        if (profile.Faces.Mqtt is { } publisher)
            mqtt = new MqttFace(this, publisher, login, context);
        if (profile.Faces.Sparkplug is { } edge)
            sparkplug = new SparkplugFace(this, edge, login, context);
    }

    /// <summary>Name of the machine in the plant.</summary>
    public string Id => placement.Id;

    /// <summary>Whether its OPC UA server is about to restart.</summary>
    public bool IsRestarting => opcUa?.Restarting is not null;

    /// <inheritdoc/>
    public string Name => $"device/{Id}";

    /// <summary>What kind of machine it is.</summary>
    public DeviceProfile Profile { get; }

    /// <summary>Name shown to people.</summary>
    public LocalizedText Title => placement.Title ?? Profile.Title;

    /// <summary>Number on its name plate; the seed decides it.</summary>
    public string SerialNumber { get; }

    /// <summary>Its tags.</summary>
    public TagTable Tags { get; }

    /// <summary>Its tags as the profile declares them, in that order.</summary>
    internal IEnumerable<(TagDeclaration Declaration, Tag Tag)> DeclaredTags => Profile.Tags.Select(d => (d, Tags[d.Name]));

    /// <inheritdoc/>
    public IEnumerable<(string Id, string Kind)> Faults => Profile.Faults.Select(static f => (f.Id, f.Kind.ToString()));

    /// <inheritdoc/>
    public bool? IsFaultActing(string id) => faults.IsActing(id);

    /// <inheritdoc/>
    public FactoryInput SwitchFault(string id, bool? on) => new(Name, new JsonObject { ["fault"] = id, ["on"] = on });

    /// <inheritdoc/>
    public void Start()
    {
        clockFaults.Start();
        opcUa?.Start();
        mqtt?.Start();
        sparkplug?.Start();
    }

    /// <inheritdoc/>
    /// <remarks>Tags and processes are part of the plant's state; here is what the protocols remember.</remarks>
    public JsonNode Save() => new JsonObject
    {
        ["v"] = 1,
        ["namespaces"] = opcUa is null ? null : new JsonArray([.. opcUa.Order.Select(n => (JsonNode)JsonValue.Create(n)!)]),
        ["restarting"] = opcUa?.Restarting?.Ticks,
        ["alarms"] = opcUa?.Alarms.Save(),
        ["security"] = opcUa?.Security.Save(),
        ["down"] = opcUa is { IsDown: true } ? true : null,
        ["faults"] = opcUa?.Faults.Save(),
        ["clock"] = clockFaults.Save(),
        ["sparkplug"] = sparkplug?.Save(),
    };

    /// <inheritdoc/>
    public void Load(JsonNode state)
    {
        if (opcUa is not null && state["namespaces"] is JsonArray saved)
            opcUa.SetOrder([.. saved.Select(n => (string)n!)]);
        if (state["alarms"] is JsonObject alarms)
            opcUa?.Alarms.Load(alarms);
        if (state["security"] is { } security)
            opcUa?.Security.Load(security);
        if (state["faults"] is JsonObject ofServer)
            opcUa?.Faults.Load(ofServer);
        if (state["clock"] is JsonObject ofClock)
            clockFaults.Load(ofClock);
        if (state["sparkplug"] is { } edge)
            sparkplug?.Load(edge);
        if ((bool?)state["down"] == true)
            opcUa?.StayDown();
        if ((long?)state["restarting"] is { } ticks)
            opcUa?.RestartAt(TimeSpan.FromTicks(ticks));
    }

    /// <inheritdoc/>
    public ValueTask ApplyAsync(JsonObject payload)
    {
        if ((string?)payload["tag"] is { } tag)
            Tags.Write(tag, TagValue.Load((string)payload["value"]!));
        if (payload.ContainsKey("alarm"))
            opcUa?.Alarms.Apply(payload);
        if (payload["security"] is { } security)
            opcUa?.Security.Load(security);
        if ((string?)payload["fault"] is { } fault)
            faults.Switch(fault, (bool?)payload["on"]);
        if (payload["roles"] is JsonObject roles)
            opcUa?.Security.LoadRoles(roles);
        if (payload.ContainsKey("restart"))
            opcUa?.RestartSoon();
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Reads <c>tags/{tag}</c> (what is true) and its <c>unit</c>, <c>low</c> and <c>high</c>, <c>observed/{tag}</c> (what it says), <c>serialNumber</c>,
    /// <c>faults/{fault}</c> (whether it acts), <c>sparkplug/{online|bdSeq|written|refused}</c>, <c>namespaces</c>, <c>connections</c>, <c>security/trusted</c>, <c>security/rejected</c>, <c>security/trusts/{host}</c>, <c>security/thumbprint</c>, <c>security/roles/{role}/{user}</c>, <c>alarms/{alarm}/{active|level|acknowledged|confirmed|retain|enabled|shelved|comment}</c>, and <c>monitored/{tag}/{none|absolute|percent}/{deadband}/{publishing interval in ms}</c>: how many
    /// monitored items students hold so.
    /// </summary>
    public JsonNode? Read(ReadOnlySpan<string> path) => path switch
    {
        ["tags", var tag] => NodeOf(Tags.Find(tag)?.True),
        ["tags", var tag, "unit"] => Tags.Find(tag)?.Definition.Unit is { } unit ? JsonValue.Create(Units.Symbol(unit)) : null,
        ["tags", var tag, "low"] => Tags.Find(tag)?.Definition.Range is { } range ? JsonValue.Create(range.Low) : null,
        ["tags", var tag, "high"] => Tags.Find(tag)?.Definition.Range is { } range ? JsonValue.Create(range.High) : null,
        ["alarms", var alarm, var what] => opcUa?.Alarms.Read(alarm, what),
        ["serialNumber"] => JsonValue.Create(SerialNumber),
        ["monitored", var tag, var deadband, var size, var interval] => JsonValue.Create(opcUa?.Monitored.Count(tag, deadband, size, interval) ?? 0),
        ["observed", var tag] => NodeOf(Tags.Find(tag)?.Observed.Value),
        ["namespaces"] => opcUa is null ? null : JsonValue.Create(string.Join(' ', opcUa.Order)),
        ["security", .. var rest] => opcUa?.Security.Read(rest),
        ["sparkplug", var what] => sparkplug?.Read(what),
        ["faults", var fault] => faults.IsActing(fault) is { } acts ? JsonValue.Create(acts) : null,
        ["connections"] => JsonValue.Create(opcUa?.ConnectionCount ?? 0),
        _ => null,
    };

    private static JsonNode? NodeOf(TagValue? value) => value is not { } v ? null : v.Kind switch
    {
        TagKind.Boolean => JsonValue.Create(v.AsBoolean),
        TagKind.Integer => JsonValue.Create(v.AsInteger),
        TagKind.Double => JsonValue.Create(v.AsDouble),
        _ => JsonValue.Create(v.AsText),
    };
}
