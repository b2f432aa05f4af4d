namespace TrainingLab.Network.Consoles;

/// <summary>The HTTP console of a switch or of the router: a page and a JSON interface; see docs/protocols/network.md.</summary>
public sealed class DeviceConsole
{
    internal DeviceConsole(PlantNetwork network, string deviceId)
    {
        Network = network;
        DeviceId = deviceId;
    }

    public string DeviceId { get; }

    internal PlantNetwork Network { get; }

    /// <summary>Answers one request. Never throws for what is in the request.</summary>
    public ValueTask<ConsoleResponse> HandleAsync(ConsoleRequest request) => throw new NotSupportedException();
}
