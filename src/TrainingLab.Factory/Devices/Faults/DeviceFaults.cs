using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Simulation.Plants;

namespace TrainingLab.Factory.Devices.Faults;

/// <summary>The faults that a machine's profile declares, of its instruments, its clock and its OPC UA server, for whoever switches them by hand.</summary>
/// <param name="profile">Declares them.</param>
/// <param name="plant">The machine in the plant, whose tags the faults of instruments lie on.</param>
/// <param name="clock">The faults of its clock.</param>
/// <param name="server">The faults of its OPC UA server; null without one.</param>
internal sealed class DeviceFaults(DeviceProfile profile, PlantDevice plant, FaultSchedule<ClockSkewFault> clock, OpcUaFaults? server)
{
    /// <summary>Ends the id of a fault that lies on a tag because somebody switched it on, beside the one of the schedule.</summary>
    private const string ByHand = "/hand";

    /// <summary>Whether a fault acts now; null where the profile has none of that name.</summary>
    public bool? IsActing(string id) => Find(id) is not { } declared
        ? null
        : server?.IsActing(id) ?? clock.IsActing(id) ?? plant.Tags.Find(declared.Tag!)?.Faults.Any(f => f.IsActing && (f.Id == id || f.Id == id + ByHand)) ?? false;

    /// <summary>Switches a fault on or off, whatever the schedule says; null leaves it to the schedule again. A fault of an instrument begins anew.</summary>
    /// <exception cref="FormatException">The profile has none of that name.</exception>
    public void Switch(string id, bool? on)
    {
        var declared = Find(id) ?? throw new FormatException($"The profile {profile.Id} has no fault {id}.");
        if (server?.Switch(id, on) == true || clock.Switch(id, on))
            return;
        var tag = plant.Tags[declared.Tag!];
        if (tag.FindFault(id) is { } scheduled)
            scheduled.Enabled = on is null;
        if (tag.FindFault(id + ByHand) is { } earlier)
            tag.RemoveFault(earlier);
        if (on == true)
            plant.AddFault(tag.Name, id + ByHand, declared.KindName, PlantBuilder.ParametersOf(declared), []);
    }

    private FaultDeclaration? Find(string id) => profile.Faults.FirstOrDefault(f => f.Id == id);
}
