using TrainingLab.Simulation.Plants;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Factory.Devices;

/// <summary>The true values of some tags over the simulated past, for ground truth: what was so, whatever the devices and the historian say.</summary>
/// <param name="wanted">Device and tag of each.</param>
public sealed class TrueHistory(IEnumerable<(string Device, string Tag)> wanted)
{
    private readonly Dictionary<(string Device, string Tag), List<(TimeSpan At, TagValue Value)>> changes =
        wanted.Distinct().ToDictionary(w => w, _ => new List<(TimeSpan, TagValue)>());

    /// <summary>No history is kept.</summary>
    public static TrueHistory None => new([]);

    /// <summary>The changes of a tag, oldest first, in plant time since the epoch (negative); the first is the value at the beginning of the past. Empty where the tag was not wanted or there is no past.</summary>
    public IReadOnlyList<(TimeSpan At, TagValue Value)> Changes(string device, string tag) =>
        changes.TryGetValue((device, tag), out var list) ? list : [];

    internal void Take(Plant plant, TimeSpan now)
    {
        foreach (var ((device, name), list) in changes)
        {
            if (plant.FindDevice(device)?.Tags.Find(name) is { } tag && (list.Count == 0 || !list[^1].Value.Equals(tag.True)))
                list.Add((now, tag.True));
        }
    }
}
