using TrainingLab.Simulation.Expressions;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Plants;

/// <summary>Finds device.tag among all devices of a plant. Both parts may hold dots; the shortest device name that fits wins.</summary>
internal sealed class PlantScope(Plant plant) : IExpressionScope
{
    public bool TryGet(string name, out TagValue value, out Quality quality)
    {
        for (var dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = name.IndexOf('.', dot + 1))
        {
            if (plant.FindDevice(name[..dot])?.Tags.Find(name[(dot + 1)..]) is not { } tag)
                continue;
            value = tag.Observed.Value;
            quality = tag.Observed.Quality;
            return true;
        }
        value = default;
        quality = default;
        return false;
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
