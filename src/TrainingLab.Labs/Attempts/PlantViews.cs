using TrainingLab.Factory;
using TrainingLab.Factory.Devices;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Network.Topology;
using TrainingLab.Simulation.Values;
using TagValue = TrainingLab.Labs.Attempts.Contracts.TagValue;

namespace TrainingLab.Labs.Attempts;

/// <summary>A factory as the workspace draws it. On the factory's scheduler.</summary>
internal static class PlantViews
{
    private static readonly string[] Trends = ["CurMachSpeed", "FillLevel", "ActivePower", "Temperature"];

    public static PlantPicture PictureOf(RunningFactory factory)
    {
        var elements = new List<PictureElement>();
        foreach (var id in factory.Scenario.Line)
        {
            if (factory.FindDevice(id) is not { } device)
                continue;
            // The drawing is narrow: the name on the machine is enough, its title stands in the guide.
            var name = LocalizedText.Same(id);
            elements.Add(device.Tags.Find("StateCurrent") is null
                ? new PictureElement(id, name, PictureKind.Buffer, null, [], $"{id}/Held", device.Tags.Find("Held")?.Definition.Range?.High)
                : new PictureElement(id, name, PictureKind.Machine, $"{id}/StateCurrent", [$"{id}/CurMachSpeed", $"{id}/ProdProcessedCount", $"{id}/ProdDefectiveCount"]));
        }

        return new PlantPicture(elements, [.. elements.Skip(1).Select((e, i) => new PictureLink(elements[i].Id, e.Id))]);
    }

    public static IReadOnlyList<TagInfo> TagsOf(RunningFactory factory) =>
    [
        .. factory.Devices.SelectMany(d => d.Tags.Tags.Select(t => new TagInfo(
            $"{d.Id}/{t.Name}",
            t.Definition.Description is { En: { Length: > 0 } en, Zh: { } zh } ? new LocalizedText(en, zh) : LocalizedText.Same(t.Name),
            t.Definition.Unit is { } unit and not "C62" ? Units.Symbol(unit) : "",
            t.Definition.Kind is TagKind.Double or TagKind.Integer && t.Name != "StateCurrent",
            t.Name == Trends[0] && d.Id == factory.Scenario.Line.FirstOrDefault()))),
    ];

    public static ValuesSnapshot ValuesOf(RunningFactory factory, bool numbersOnly = false)
    {
        var values = new List<TagValue>();
        foreach (var device in factory.Devices)
        {
            foreach (var tag in device.Tags.Tags)
            {
                var sample = tag.Observed;
                var quality = Enum.Parse<ValueQuality>(sample.Quality.Level.ToString());
                var key = $"{device.Id}/{tag.Name}";
                if (tag.Name == "StateCurrent" && sample.Value.Kind == TagKind.Integer)
                {
                    if (!numbersOnly)
                        values.Add(new TagValue(key, null, ((Simulation.Processes.Packaging.PackMLState)sample.Value.AsInteger).ToString(), quality));
                }
                else if (sample.Value.IsNumber)
                {
                    values.Add(new TagValue(key, sample.Value.AsDouble, null, quality));
                }
                else if (!numbersOnly)
                {
                    values.Add(new TagValue(key, null, sample.Value.ToString(), quality));
                }
            }
        }

        return new ValuesSnapshot(factory.Clock.GetUtcNow(), factory.Pacing.Speed, values);
    }

    public static IReadOnlyList<SwitchView> SwitchesOf(RunningFactory factory)
    {
        var network = factory.Context.Network;
        return [.. network.Topology.Switches.Select(s => new SwitchView(
            s.Id,
            [.. network.RunningOf(s.Id).Ports.Select(p => new SwitchPortView(
                p.Number.ToString(System.Globalization.CultureInfo.InvariantCulture),
                FarEnd(network.Topology, s.Id, p.Number),
                new SwitchPortSettings(p.Enabled, p.Mode == PortMode.Trunk, p.AccessVlan, p.NativeVlan, [.. p.Allowed.Select(v => (int)v)])))],
            network.RunningOf(s.Id).Equals(network.SavedOf(s.Id))))];
    }

    private static string? FarEnd(PlantTopology topology, string device, int port)
    {
        var end = new CableEnd(device, port);
        foreach (var cable in topology.Cables)
        {
            if (cable.A == end)
                return cable.B.Node;
            if (cable.B == end)
                return cable.A.Node;
        }

        return null;
    }
}
