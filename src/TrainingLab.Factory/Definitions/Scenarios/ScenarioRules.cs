using System.Globalization;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Devices;
using TrainingLab.Factory.Networks;
using TrainingLab.Simulation.Plants;
using TrainingLab.Simulation.Time;

namespace TrainingLab.Factory.Definitions.Scenarios;

/// <summary>What must be right in a scenario beyond the form of its values, so that what validates also starts. Every mistake is reported at its place.</summary>
internal sealed class ScenarioRules
{
    private readonly ScenarioModel model;
    private readonly Mistakes mistakes;
    private readonly bool isBound;

    private ScenarioRules(ScenarioModel model, Mistakes mistakes)
    {
        this.model = model;
        this.mistakes = mistakes;
        isBound = mistakes.None;
    }

    private ScenarioDefinition Scenario => model.Definition;

    private ServicesDefinition Services => Scenario.Services;

    /// <summary>Adds every mistake of a scenario. Values that could not be read have been reported before and are passed over.</summary>
    public static void Check(ScenarioModel model, Mistakes mistakes)
    {
        var rules = new ScenarioRules(model, mistakes);
        rules.CheckNames();
        new NetworkRules(model.Definition, mistakes).Check();
        rules.CheckServices();
        BrokerRules.Check(model, mistakes);
        new IdentifierRules(model.Definition.Services.Identifiers, mistakes).Check();
        rules.CheckTimes();
        rules.CheckLine();
        if (rules.isBound)
            rules.CheckProcesses();
        if (mistakes.None)
            rules.CheckWiring();
    }

    /// <summary>Every node of the plant with the record that names it.</summary>
    private IEnumerable<(string Id, SourceSpan Span)> Nodes()
    {
        foreach (var host in Scenario.Network.Hosts)
            yield return (host.Id, host.Origin.Of(nameof(host.Id)));
        foreach (var node in Scenario.Network.Switches)
            yield return (node.Id, node.Origin.Of(nameof(node.Id)));
        if (Scenario.Network.Router is { } router)
            yield return (router.Id, router.Origin.Of(nameof(router.Id)));
        foreach (var device in Scenario.Devices)
            yield return (device.Id, device.Origin.Of(nameof(device.Id)));
        if (Services.Broker is { } broker)
            yield return (broker.Id, broker.Origin.Of(nameof(broker.Id)));
        if (Services.Historian is { } historian)
            yield return (historian.Id, historian.Origin.Of(nameof(historian.Id)));
        foreach (var gateway in Services.Gateways)
            yield return (gateway.Id, gateway.Origin.Of(nameof(gateway.Id)));
        foreach (var collector in Services.Collectors)
            yield return (collector.Id, collector.Origin.Of(nameof(collector.Id)));
        foreach (var node in Services.Identifiers)
            yield return (node.Id, node.Origin.Of(nameof(node.Id)));
    }

    private void CheckNames()
    {
        var first = new Dictionary<string, SourceSpan>(StringComparer.Ordinal);
        foreach (var (id, span) in Nodes())
        {
            if (id.Length > 0 && !first.TryAdd(id, span))
                Duplicate(span, id, first[id]);
        }

        if (Scenario.Network.Workstation.Length > 0 && Scenario.Network.Hosts.All(h => h.Id != Scenario.Network.Workstation))
        {
            mistakes.UnknownReference(
                Scenario.Network.Origin.Of(nameof(NetworkDefinition.Workstation)), "host", "主机", Scenario.Network.Workstation, Scenario.Network.Hosts.Select(h => h.Id));
        }
    }

    private void CheckServices()
    {
        foreach (var gateway in Services.Gateways)
        {
            RequireBroker(gateway.Broker, gateway.Origin);
            for (var i = 0; i < gateway.Poll.Count; i++)
                CheckPolled(gateway, i);
        }

        CheckSparkplug();
        foreach (var collector in Services.Collectors)
        {
            RequireBroker(collector.Broker, collector.Origin);
            if (collector.Historian.Length > 0 && Services.Historian?.Id != collector.Historian)
                mistakes.UnknownReference(collector.Origin.Of(nameof(collector.Historian)), "historian", "历史数据库", collector.Historian, Known(Services.Historian?.Id));
        }

        foreach (var device in Scenario.Devices)
        {
            if (Services.Broker is null && model.Profiles.GetValueOrDefault(device.Profile)?.Faces is { Mqtt: not null } or { Sparkplug: not null })
            {
                mistakes.Add(device.Origin.Of(nameof(device.Profile)), ScenarioMistakeCodes.MissingService, $"'{device.Id}' publishes over MQTT but the plant has no broker",
                    $"“{device.Id}”通过 MQTT 发布数据，但场景中没有消息服务器", "add services.broker", "请添加 services.broker");
            }
        }
    }

    private void CheckPolled(GatewayDefinition gateway, int index)
    {
        var id = gateway.Poll[index];
        var span = gateway.Origin.Of(nameof(gateway.Poll), index);
        if (id.Length == 0)
            return;
        if (gateway.Poll.Take(index).Contains(id, StringComparer.Ordinal))
            Duplicate(span, id, gateway.Origin.Of(nameof(gateway.Poll), gateway.Poll.ToList().IndexOf(id)));
        else if (Scenario.Devices.FirstOrDefault(d => d.Id == id) is not { } device)
            mistakes.UnknownReference(span, "device", "设备", id, Scenario.Devices.Select(d => d.Id));
        else if (model.Profiles.TryGetValue(device.Profile, out var profile) && profile.Faces.Opcua is null)
            mistakes.Add(span, ScenarioMistakeCodes.MissingService, $"'{id}' has no OPC UA server that a gateway could poll", $"“{id}”没有可供网关轮询的 OPC UA 服务器", "take it out of 'poll'", "请从 poll 中删除它");
    }

    /// <summary>Every edge node of the plant has a name of its own, which is group and identifier together.</summary>
    private void CheckSparkplug()
    {
        var first = new Dictionary<string, SourceSpan>(StringComparer.Ordinal);
        void Check(string group, string node, SourceSpan span)
        {
            if (!first.TryAdd($"{group}/{node}", span))
                Duplicate(span, $"{group}/{node}", first[$"{group}/{node}"]);
        }

        foreach (var device in Scenario.Devices)
        {
            if (model.Profiles.GetValueOrDefault(device.Profile)?.Faces.Sparkplug is { } face)
                Check(face.Group, face.Node.Replace("{device}", device.Id, StringComparison.Ordinal), device.Origin.Of(nameof(device.Id)));
        }

        foreach (var gateway in Services.Gateways)
        {
            if (gateway.Sparkplug is not { } edge)
                continue;
            SparkplugFaceRules.CheckNode(edge, mistakes);
            if (edge.Node is { } node)
                SparkplugFaceRules.CheckId(node, edge.Origin.Of(nameof(edge.Node)), "edge node", "边缘节点", mistakes);
            Check(edge.Group, edge.Node ?? gateway.Id, edge.Origin.Of(edge.Node is null ? nameof(edge.Group) : nameof(edge.Node)));
        }
    }

    private void RequireBroker(string name, Origin origin)
    {
        if (name.Length > 0 && Services.Broker?.Id != name)
            mistakes.UnknownReference(origin.Of(nameof(GatewayDefinition.Broker)), "broker", "消息服务器", name, Known(Services.Broker?.Id));
    }

    private void CheckTimes()
    {
        if (Scenario.History is not { } history || history.Step <= TimeSpan.Zero || history.Sample <= TimeSpan.Zero)
            return;
        if (history.Duration.Ticks % history.Step.Ticks != 0)
            NotAMultiple(history.Origin.Of(nameof(history.Duration)), "duration", "step", history.Step);
        if (history.Sample.Ticks % history.Step.Ticks != 0)
            NotAMultiple(history.Origin.Of(nameof(history.Sample)), "sample", "step", history.Step);
    }

    private void CheckLine()
    {
        for (var i = 0; i < Scenario.Line.Count; i++)
        {
            var id = Scenario.Line[i];
            if (id.Length > 0 && Scenario.Devices.All(d => d.Id != id))
                mistakes.UnknownReference(Scenario.Origin.Of(nameof(Scenario.Line), i), "device", "设备", id, Scenario.Devices.Select(d => d.Id));
            else if (Scenario.Line.Take(i).Contains(id, StringComparer.Ordinal))
                Duplicate(Scenario.Origin.Of(nameof(Scenario.Line), i), id, Scenario.Origin.Of(nameof(Scenario.Line), Scenario.Line.ToList().IndexOf(id)));
        }
    }

    /// <summary>Builds the processes in a plant that nobody starts: it knows best what its parameters may be.</summary>
    private void CheckProcesses()
    {
        var known = Scenario.Devices.Select(d => d.Id).ToHashSet(StringComparer.Ordinal);
        var readable = Scenario with { Line = [.. Scenario.Line.Where(known.Contains)], Devices = [.. Scenario.Devices.DistinctBy(d => d.Id)] };
        var plant = new Plant(new PlantClock(new SerialScheduler(static _ => { }), Scenario.Start), seed: 0, Scenario.Tick);
        // A flow between what is named wrongly has been reported already, and so has a machine whose profile is not known: what follows from it is not a mistake of its own.
        var found = new Mistakes();
        PlantBuilder.Build(plant, Scenario.Line.Count == readable.Line.Count ? readable : readable with { Line = [] }, model.Profiles, found);
        var unread = Scenario.Devices.Where(d => !model.Profiles.ContainsKey(d.Profile)).Select(d => $"'{d.Id}'").ToList();
        mistakes.AddRange(found.All.Where(m => !unread.Exists(id => m.Message.En.Contains(id, StringComparison.Ordinal))));
    }

    /// <summary>The last net: whatever else the network would refuse to start with.</summary>
    private void CheckWiring()
    {
        foreach (var error in TopologyBuilder.Build(Scenario).Validate())
        {
            mistakes.Add(Scenario.Origin.Of(nameof(Scenario.Network)), ScenarioMistakeCodes.Network, $"the network cannot be built: {error.Kind} {error.Subject} {error.Detail}", $"无法搭建网络：{error.Kind} {error.Subject} {error.Detail}",
                "correct the network", "请修正网络定义");
        }
    }

    private void Duplicate(SourceSpan span, string id, SourceSpan first) => mistakes.Add(
        span, MistakeCodes.DuplicateId, $"'{id}' is there already, at {first}", $"“{id}”已存在，见 {first}", "give it another name", "请换一个名称");

    private void NotAMultiple(SourceSpan span, string what, string of, TimeSpan step)
    {
        var text = step.TotalSeconds.ToString("R", CultureInfo.InvariantCulture) + "s";
        mistakes.Add(span, ScenarioMistakeCodes.NotAMultiple, $"'{what}' is no whole number of '{of}' ({text})", $"“{what}”不是“{of}”（{text}）的整数倍", $"write a multiple of {text}", $"请写 {text} 的整数倍");
    }

    private static IEnumerable<string> Known(string? id) => id is null ? [] : [id];
}
