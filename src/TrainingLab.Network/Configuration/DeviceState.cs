using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Configuration;

/// <summary>A switch as it runs: what is in force, and what it would start with.</summary>
internal sealed class SwitchState(PlantSwitch drawn)
{
    public PlantSwitch Drawn { get; } = drawn;

    public SwitchConfiguration Running { get; set; } = new(drawn.Ports);

    public SwitchConfiguration Saved { get; set; } = new(drawn.Ports);
}

/// <summary>The router as it runs.</summary>
internal sealed class RouterState(PlantRouter drawn)
{
    public PlantRouter Drawn { get; } = drawn;

    public RouterConfiguration Running { get; set; } = new(drawn.Firewall);

    public RouterConfiguration Saved { get; set; } = new(drawn.Firewall);
}
