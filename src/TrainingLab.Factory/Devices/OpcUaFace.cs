using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Factory.Devices.Faults;
using TrainingLab.Factory.Networks;
using TrainingLab.Factory.Services;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.Factory.Devices;

/// <summary>The OPC UA server of a machine: when it listens, restarts, and in which order its namespaces stand.</summary>
internal sealed class OpcUaFace
{
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);

    private readonly DeviceEmulator device;
    private readonly OpcUaFaceDefinition definition;
    private readonly FactoryContext context;
    private readonly OpcUaServer server;
    private readonly OpcUaFaceSecurity security;
    private readonly OpcUaActions actions;
    private readonly MachineNodes nodes;
    private List<string> order;
    private ITimer? timer;
    private IDisposable? listener;

    public OpcUaFace(DeviceEmulator device, OpcUaFaceDefinition definition, HistorianDefinition? historian, IReadOnlyList<TimedFault> schedule, FactoryContext context)
    {
        this.device = device;
        this.definition = definition;
        this.context = context;
        order = [.. definition.Namespaces.Select(n => n.Replace("{device}", device.Id, StringComparison.Ordinal))];
        var space = NodeSetInstances.SpaceOf($"urn:traininglab:{device.Id}", order, definition);
        var hasHistory = definition.History && historian is not null;
        security = new OpcUaFaceSecurity(device.Id, definition, context);
        actions = new OpcUaActions(device, context, reportsRefusals: security.Server is not null);
        server = new OpcUaServer(
            new OpcUaServerOptions
            {
                ApplicationName = new LocalizedText(device.Title.En, "en"),
                ProductUri = $"urn:traininglab:{device.Profile.Id}",
                ManufacturerName = device.Profile.Manufacturer,
                ProductName = device.Profile.Model,
                EndpointUrl = $"opc.tcp://{device.Id}:{definition.Port}",
                AllowAnonymous = definition.Anonymous,
                Users = security.Users,
                UserCertificates = security.UserCertificates,
                Security = security.Server,
                Roles = security.Roles,
                History = hasHistory ? new HistorianHistory(device.Id, historian, v => nodes!.TagOf(v), context) : null,
            },
            space,
            context.ClockOf(device.Id),
            actions);
        nodes = new MachineNodes(device, space, definition.Instances, hasHistory, CallRestartAsync, context);
        Faults = new OpcUaFaults(device.Profile, device.Id, schedule, this, context);
        Alarms = new OpcUaAlarms(server, device.Id, nodes.Machine, device.Profile.Alarms, tag => nodes[tag]);
        security.Know(server.RoleMappings);
        if (definition.Security is { Access: { Count: > 0 } access })
            new MachineAccess(space, access).Apply(nodes, Alarms);
        actions.Know(nodes, Alarms, security);
    }

    /// <summary>The machine's alarms.</summary>
    public OpcUaAlarms Alarms { get; }

    /// <summary>What is wrong with the server now and then.</summary>
    public OpcUaFaults Faults { get; }

    /// <summary>Certificate, trust and users.</summary>
    public OpcUaFaceSecurity Security => security;

    /// <summary>Connections open now.</summary>
    public int ConnectionCount => server.ConnectionCount;

    /// <summary>What students watch now.</summary>
    public MonitoredTags Monitored => actions.Monitored;

    /// <summary>The namespaces of the machine in their present order.</summary>
    public IReadOnlyList<string> Order => order;

    /// <summary>Plant time since the epoch at which the machine is going to restart; null where it is not.</summary>
    public TimeSpan? Restarting { get; private set; }

    /// <summary>Whether nobody can connect until the machine has restarted.</summary>
    public bool IsDown { get; private set; }

    /// <summary>Shows all tags as they are, from now on each change too, and listens. The past is over by then: nobody could have read it.</summary>
    public void Start()
    {
        nodes.PushAll();
        device.Tags.Changed += nodes.Push;
        Alarms.Start();
        if (!IsDown)
            Listen();
        Faults.Start();
    }

    /// <summary>Other faults act than before. A sound server asks none.</summary>
    public void Heed()
    {
        nodes.Distorted = Faults.AnyActing ? Faults.Distort : null;
        server.Faults.LosesPublish = Faults.AnyActing ? Faults.LosesPublish : null;
        server.Faults.AnswerDelay = Faults.AnyActing ? Faults.NextDelay : null;
        nodes.PushAll();
    }

    /// <summary>What the machine's own clock says at a plant time since the epoch.</summary>
    public DateTimeOffset HostTimeAt(TimeSpan elapsed) => context.Clock.Epoch + elapsed + context.ClockOf(device.Id).Skew;

    /// <summary>Ends all sessions; nobody can connect until the machine restarts at a plant time since the epoch.</summary>
    public void GoDown(TimeSpan until)
    {
        StayDown();
        context.Run(server.CloseAsync);
        RestartAt(until);
    }

    /// <summary>Nobody can connect until the machine restarts.</summary>
    public void StayDown()
    {
        IsDown = true;
        listener?.Dispose();
        listener = null;
    }

    /// <summary>Lets the machine restart soon, as its method Restart does.</summary>
    public void RestartSoon() => RestartAt(context.Clock.Elapsed + RestartDelay);

    /// <summary>Lets the machine restart at a plant time since the epoch.</summary>
    public void RestartAt(TimeSpan elapsed)
    {
        Restarting = elapsed;
        timer ??= context.Clock.CreateTimer(_ => context.Run(RestartAsync), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(elapsed > context.Clock.Elapsed ? elapsed - context.Clock.Elapsed : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes over the order of a saved state.</summary>
    public void SetOrder(IReadOnlyList<string> namespaces)
    {
        if (order.SequenceEqual(namespaces, StringComparer.Ordinal))
            return;
        order = [.. namespaces];
        context.Run(() => server.RestartAsync(order));
    }

    /// <summary>Ends all sessions and starts again, with the namespaces in the order that the profile says.</summary>
    private async Task RestartAsync()
    {
        Restarting = null;
        var changed = Faults.OrderAtRestart(order);
        if (!changed.SequenceEqual(order, StringComparer.Ordinal))
            order = [.. changed];
        else if (definition.OnRestart == NamespaceOrder.Rotate)
            order = [.. order.Skip(1), order[0]];
        await server.RestartAsync(order);
        IsDown = false;
        if (listener is null)
            Listen();
    }

    private void Listen() => listener = context.Network.Listen(device.Id, definition.Port, (transport, peer, cancellationToken) =>
        server.ServeAsync(transport, new OpcUaPeer(peer.Host, PlantPeers.AddressOf(peer), context.ConnectionTime(peer), peer.Account), cancellationToken));

    private ValueTask<CallResult> CallRestartAsync(MethodNode method, NodeId objectId, IReadOnlyList<Variant> inputs, OpcUaCaller caller, CancellationToken cancellationToken)
    {
        // The answer leaves first; then the machine goes away.
        RestartSoon();
        return ValueTask.FromResult(new CallResult(StatusCodes.Good));
    }
}
