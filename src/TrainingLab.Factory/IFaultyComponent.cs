using TrainingLab.Factory.Actions;

namespace TrainingLab.Factory;

/// <summary>A part of a factory with which something can go wrong: a machine or the broker. Its faults come by the scenario's schedule, or somebody switches them.</summary>
public interface IFaultyComponent : IFactoryComponent
{
    /// <summary>Its name in the plant.</summary>
    string Id { get; }

    /// <summary>What can go wrong, and of which kind it is.</summary>
    IEnumerable<(string Id, string Kind)> Faults { get; }

    /// <summary>Whether a fault acts now; null where it has none of that name.</summary>
    bool? IsFaultActing(string id);

    /// <summary>The change that switches a fault on or off, whatever the schedule says; null leaves it to the schedule again.</summary>
    FactoryInput SwitchFault(string id, bool? on);
}
