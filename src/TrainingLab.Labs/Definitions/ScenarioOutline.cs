namespace TrainingLab.Labs.Definitions;

/// <summary>What labs may refer to in a scenario.</summary>
/// <param name="Id">The scenario's id.</param>
/// <param name="Nodes">Names of all nodes: devices, hosts, switches, the router, services, identifier nodes.</param>
/// <param name="Tags">Names of the tags of each device; null for a device whose profile has mistakes.</param>
/// <param name="Parameters">Names of the parameters that <c>with</c> may set.</param>
/// <param name="Profiles">Ids of the device profiles that it places.</param>
public sealed record ScenarioOutline(
    string Id,
    IReadOnlySet<string> Nodes,
    IReadOnlyDictionary<string, IReadOnlySet<string>?> Tags,
    IReadOnlySet<string> Parameters,
    IReadOnlySet<string> Profiles);
