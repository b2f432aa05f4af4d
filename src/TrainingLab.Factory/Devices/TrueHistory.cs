using TrainingLab.Simulation.Plants;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Factory.Devices;

/// <summary>The true values of some tags over the simulated past, for ground truth: what was so, whatever the devices and the historian say.</summary>
/// <param name="wanted">Device and tag of each.</param>
public sealed class TrueHistory(IEnumerable<(string Device, string Tag)> wanted)
{
    private readonly Dictionary<(string Device, string Tag), List<(TimeSpan At, TagValue Value)>> changes =
        wanted.Distinct().ToDictionary(w => w, _ => new List<(TimeSpan, TagValue)>());

    private (Tag Tag, List<(TimeSpan At, TagValue Value)> Changes)[]? followed;

    /// <summary>No history is kept.</summary>
    public static TrueHistory None => new([]);

    /// <summary>The devices of which something is wanted.</summary>
    internal IEnumerable<string> Devices => changes.Keys.Select(w => w.Device).Distinct(StringComparer.Ordinal);

    /// <summary>The changes of a tag, oldest first, in plant time since the epoch (negative); the first is the value at the beginning of the past. Empty where the tag was not wanted or there is no past.</summary>
    public IReadOnlyList<(TimeSpan At, TagValue Value)> Changes(string device, string tag) =>
        changes.TryGetValue((device, tag), out var list) ? list : [];

    /// <summary>Forgets everything, when all that is wanted of it has been computed: a working day of a counter is a megabyte.</summary>
    public void Release()
    {
        changes.Clear();
        followed = null;
    }

    internal void Take(Plant plant, TimeSpan now)
    {
        followed ??= [.. changes.Select(c => (Tag: plant.FindDevice(c.Key.Device)?.Tags.Find(c.Key.Tag), c.Value)).Where(c => c.Tag is not null).Select(c => (c.Tag!, c.Value))];
        foreach (var (tag, list) in followed)
        {
            if (list.Count == 0 || !list[^1].Value.Equals(tag.True))
                list.Add((now, tag.True));
        }
    }
}
