using TrainingLab.Simulation.Expressions;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Plants;

/// <summary>
/// Finds device.tag among all devices of a plant, as observed or as it truly is. Both parts may hold dots; the shortest device name that fits wins.
/// </summary>
internal sealed class PlantScope(Plant plant, bool truth) : IExpressionScope
{
    // Tags are never taken away, so what was found once stays found.
    private readonly Dictionary<string, Tag> found = new(StringComparer.Ordinal);

    public bool TryGet(string name, out TagValue value, out Quality quality)
    {
        if (!found.TryGetValue(name, out var tag))
        {
            tag = Find(name);
            if (tag is null)
            {
                value = default;
                quality = default;
                return false;
            }
            found.Add(name, tag);
        }
        value = truth ? tag.True : tag.Observed.Value;
        quality = truth ? tag.TrueQuality : tag.Observed.Quality;
        return true;
    }

    private Tag? Find(string name)
    {
        for (var dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = name.IndexOf('.', dot + 1))
        {
            if (plant.FindDevice(name[..dot])?.Tags.Find(name[(dot + 1)..]) is { } tag)
                return tag;
        }
        return null;
    }
}

/// <summary>The same, seen from one device: its own tags need no device in front.</summary>
internal sealed class DeviceScope(Plant plant, PlantDevice device) : IExpressionScope
{
    public bool TryGet(string name, out TagValue value, out Quality quality)
    {
        if (device.Tags.Find(name) is not { } tag)
            return plant.Scope.TryGet(name, out value, out quality);
        value = tag.Observed.Value;
        quality = tag.Observed.Quality;
        return true;
    }
}
