using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Actions;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Factory.Networks;
using TrainingLab.Factory.Services;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Nodes.Models;
using TrainingLab.OpcUa.Security;
using TrainingLab.OpcUa.Server;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Factory.Devices;

/// <summary>The OPC UA server of a machine: its tags as variables below an object that is named like the machine.</summary>
internal sealed class OpcUaFace : IOpcUaObserver
{
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);

    private readonly DeviceEmulator device;
    private readonly OpcUaFaceDefinition definition;
    private readonly FactoryContext context;
    private readonly OpcUaServer server;
    private readonly ServerSecurity? security;
    private readonly AddressSpace space;
    private readonly Dictionary<string, VariableNode> nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<VariableNode, Tag> tags = [];
    private readonly MachineModel model;
    private readonly string machineNamespace;
    private readonly ushort firstIndex;
    private readonly bool hasHistory;
    private List<string> order;
    private ITimer? timer;

    public OpcUaFace(DeviceEmulator device, OpcUaFaceDefinition definition, HistorianDefinition? historian, FactoryContext context)
    {
        this.device = device;
        this.definition = definition;
        this.context = context;
        order = [.. definition.Namespaces.Select(n => n.Replace("{device}", device.Id, StringComparison.Ordinal))];
        machineNamespace = order[^1];
        space = new AddressSpace($"urn:traininglab:{device.Id}", order, [.. definition.Models.Select(static m => CompanionModels.Find(UriOf(m))!)]);
        firstIndex = space.IndexOf(machineNamespace);
        var time = context.ClockOf(device.Id);
        hasHistory = definition.History && historian is not null;
        security = definition.Security is { } protection ? SecurityOf(protection) : null;
        server = new OpcUaServer(
            new OpcUaServerOptions
            {
                ApplicationName = new LocalizedText(device.Title.En, "en"),
                ProductUri = $"urn:traininglab:{device.Profile.Id}",
                ManufacturerName = device.Profile.Manufacturer,
                ProductName = device.Profile.Model,
                EndpointUrl = $"opc.tcp://{device.Id}:{definition.Port}",
                AllowAnonymous = definition.Anonymous,
                Users = definition.Users.Count == 0 ? null : CheckUser,
                History = hasHistory ? new HistorianHistory(device.Id, historian, TagOf, context) : null,
                UserCertificates = definition.Security is { Certificates: true } ? CheckCertificate : null,
                Security = security,
            },
            space,
            time,
            this);
        var machine = BuildMachine();
        model = new MachineModel(space, device, machine.Id, space.IndexOf(order[0]));
        Alarms = new OpcUaAlarms(server, device.Id, machine, device.Profile.Alarms, tag => nodes[tag]);
    }

    /// <summary>The machine's alarms.</summary>
    public OpcUaAlarms Alarms { get; }

    /// <summary>Connections open now.</summary>
    public int ConnectionCount => server.ConnectionCount;

    /// <summary>What students watch now.</summary>
    public MonitoredTags Monitored { get; } = new();

    /// <summary>The namespaces of the machine in their present order.</summary>
    public IReadOnlyList<string> Order => order;

    /// <summary>Shows all tags as they are, from now on each change too, and listens. The past is over by then: nobody could have read it.</summary>
    public void Start()
    {
        PushAll();
        device.Tags.Changed += Push;
        Alarms.Start();
        context.Network.Listen(device.Id, definition.Port, (transport, peer, cancellationToken) =>
            server.ServeAsync(transport, new OpcUaPeer(peer.Host, PlantPeers.AddressOf(peer), context.ConnectionTime(peer), peer.Account), cancellationToken));
    }

    /// <summary>Certificate and lists of whom to trust; null where the server does not protect itself.</summary>
    public JsonNode? SaveSecurity() => security is null ? null : new JsonObject
    {
        ["certificate"] = security.Certificate.Save(),
        ["store"] = (security.Store as MemoryCertificateStore)?.Save(),
    };

    /// <summary>Takes over a saved state.</summary>
    public void LoadSecurity(JsonNode state)
    {
        if (security is null)
            return;
        security.Certificate = ApplicationCertificate.Load((string)state["certificate"]!);
        if (security.Store is MemoryCertificateStore store && state["store"] is JsonObject lists)
            store.Load(lists);
    }

    /// <summary>How many certificates are trusted, or were rejected; the thumbprint of the machine's own.</summary>
    public JsonNode? ReadSecurity(ReadOnlySpan<string> path) => security is null ? null : path switch
    {
        ["trusted"] => JsonValue.Create(security.Store.Lists.Trusted.Count),
        ["rejected"] => JsonValue.Create(security.Store.Rejected.Count),
        ["trusts", var host] => JsonValue.Create(context.Certificates.Of(host) is { } c && security.Store.Lists.Trusted.Any(t => t.RawData.AsSpan().SequenceEqual(c.RawData))),
        ["thumbprint"] => JsonValue.Create(security.Certificate.Certificate.Thumbprint),
        _ => null,
    };

    /// <summary>Plant time since the epoch at which the machine is going to restart; null where it is not.</summary>
    public TimeSpan? Restarting { get; private set; }

    /// <summary>Lets the machine restart soon, as its method Restart does.</summary>
    public void RestartSoon() => RestartAt(context.Clock.Elapsed + RestartDelay);

    /// <summary>Lets the machine restart at a plant time since the epoch.</summary>
    public void RestartAt(TimeSpan elapsed)
    {
        Restarting = elapsed;
        timer ??= context.Clock.CreateTimer(_ => context.Run(RestartAsync), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(elapsed > context.Clock.Elapsed ? elapsed - context.Clock.Elapsed : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends all sessions and starts again, with the namespaces in the order that the profile says.</summary>
    private async Task RestartAsync()
    {
        Restarting = null;
        if (definition.OnRestart == NamespaceOrder.Rotate)
            order = [.. order.Skip(1), order[0]];
        await server.RestartAsync(order);
    }

    /// <summary>Takes over the order of a saved state.</summary>
    public void SetOrder(IReadOnlyList<string> namespaces)
    {
        if (order.SequenceEqual(namespaces, StringComparer.Ordinal))
            return;
        order = [.. namespaces];
        context.Run(() => server.RestartAsync(order));
    }

    private void PushAll()
    {
        foreach (var tag in device.Tags.Tags)
            Push(tag);
    }

    private ObjectNode BuildMachine()
    {
        var index = firstIndex;
        var node = space.AddObject(ObjectIds.ObjectsFolder, new NodeId(index, device.Id), device.Id, new LocalizedText(device.Title.En, "en"));
        node.EventNotifier = 1;
        space.AddReference(ObjectIds.Server, ReferenceTypeIds.HasNotifier, node.Id);
        var machine = node.Id;
        space.AddMethod(machine, new NodeId(index, $"{device.Id}.Restart"), "Restart", [], [], CallRestartAsync);
        var folders = new Dictionary<string, NodeId>(StringComparer.Ordinal);
        foreach (var (declaration, tag) in device.DeclaredTags)
        {
            var parent = machine;
            if (declaration.Folder is { } folder && !folders.TryGetValue(folder, out parent))
                folders[folder] = parent = space.AddObject(machine, new NodeId(index, $"{device.Id}/{folder}"), folder).Id;
            AddVariable(parent, index, tag);
        }

        return node;
    }

    private void AddVariable(NodeId parent, ushort index, Tag tag)
    {
        var definition = tag.Definition;
        var node = space.AddVariable(parent, new NodeId(index, $"{device.Id}.{definition.Name}"), definition.Name, TypeOf(definition.Kind), new VariableOptions
        {
            Description = new LocalizedText(definition.Description.En ?? "", "en"),
            Units = definition.Unit is { } unit ? Units.OpcUa(unit) : null,
            Range = definition.Range is { } range ? new UaRange(range.Low, range.High) : null,
            Writable = definition.Writable,
            OnWrite = definition.Writable ? WriteAsync : null,
        });
        nodes[definition.Name] = node;
        tags[node] = tag;
        if (hasHistory)
            space.AddHistory(node);
    }

    private void Push(Tag tag)
    {
        if (!nodes.TryGetValue(tag.Name, out var node))
            return;
        var sample = tag.Observed;
        var source = (context.Clock.Epoch + sample.At + context.ClockOf(device.Id).Skew).UtcDateTime;
        var value = new DataValue(VariantOf(sample.Value), StatusOf(sample.Quality), source, context.ClockOf(device.Id).GetUtcNow().UtcDateTime);
        node.SetValue(value);
        model.Push(tag.Name, value);
    }

    private async ValueTask<StatusCode> WriteAsync(VariableNode node, DataValue value, OpcUaCaller caller, CancellationToken cancellationToken)
    {
        var tag = tags[node];
        if (!TryRead(value.Value, tag.Definition.Kind, out var written))
            return StatusCodes.BadTypeMismatch;
        return tag.Write(written) switch
        {
            TagWriteOutcome.Written => StatusCodes.Good,
            TagWriteOutcome.NotWritable => StatusCodes.BadNotWritable,
            TagWriteOutcome.OutOfRange => StatusCodes.BadOutOfRange,
            TagWriteOutcome.WrongKind => StatusCodes.BadTypeMismatch,
            _ => StatusCodes.BadNodeIdUnknown,
        };
    }

    private ValueTask<CallResult> CallRestartAsync(MethodNode method, NodeId objectId, IReadOnlyList<Variant> inputs, OpcUaCaller caller, CancellationToken cancellationToken)
    {
        // The answer leaves first; then the machine goes away.
        RestartSoon();
        return ValueTask.FromResult(new CallResult(StatusCodes.Good));
    }

    private ServerSecurity SecurityOf(OpcUaSecurityDefinition protection)
    {
        var store = context.Trust;
        if (store is null)
        {
            store = new MemoryCertificateStore();
            var trusted = protection.Trusts ?? context.Pollers(device.Id);
            store.Replace(TrustLists.Empty with { Trusted = [.. trusted.Select(context.Certificates.Of).OfType<ApplicationCertificate>().Select(c => c.Certificate)] });
        }

        return new ServerSecurity
        {
            Certificate = context.Certificates.Of(device.Id)!,
            Store = store,
            Endpoints = PlantCertificates.EndpointsOf(protection),
            Rules = new CertificateRules { AcceptAll = protection.AcceptAny || store is AnyCertificate, RequireRevocationLists = protection.RevocationLists },
            PlainPasswords = protection.PlainPasswords,
        };
    }

    private ValueTask<(StatusCode Status, string? UserName)> CheckCertificate(X509Certificate2 certificate, OpcUaPeer peer, CancellationToken cancellationToken)
    {
        var verdict = CertificateValidator.Check(certificate, [], CertificateUse.User, security!.Store, security.Rules, context.ClockOf(device.Id).GetUtcNow());
        var name = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        return ValueTask.FromResult<(StatusCode Status, string? UserName)>((verdict.IsGood ? StatusCodes.Good : StatusCodes.BadIdentityTokenRejected, name));
    }

    private ValueTask<StatusCode> CheckUser(string userName, string password, OpcUaPeer peer, CancellationToken cancellationToken) =>
        ValueTask.FromResult<StatusCode>(definition.Users.TryGetValue(userName, out var expected) && expected == password ? StatusCodes.Good : StatusCodes.BadUserAccessDenied);

    ValueTask IOpcUaObserver.SessionActivatedAsync(OpcUaCaller caller, StatusCode status) =>
        ChangedAsync(caller, "ActivateSession", device.Id, status, new JsonObject { ["user"] = caller.UserName, ["policy"] = caller.SecurityPolicy.Name, ["mode"] = caller.Mode.ToString() });

    void IOpcUaObserver.ConnectionFailed(OpcUaPeer peer, StatusCode status, string reason)
    {
        if (security is not null && peer.Account is not null)
            context.Observed(PlantPeers.Read(peer.Node, peer.Address, peer.Account), "opcua", "OpenSecureChannel", device.Id, status.Name, new JsonObject { ["reason"] = reason });
    }

    ValueTask IOpcUaObserver.SessionClosedAsync(OpcUaCaller caller, StatusCode status)
    {
        Monitored.RemoveSession(caller);
        return ValueTask.CompletedTask;
    }

    ValueTask IOpcUaObserver.SubscriptionCreatedAsync(OpcUaCaller caller, SubscriptionAction subscription)
    {
        Monitored.Note(caller, subscription);
        return ChangedAsync(caller, "CreateSubscription", device.Id, StatusCodes.Good, Describe(subscription));
    }

    ValueTask IOpcUaObserver.SubscriptionModifiedAsync(OpcUaCaller caller, SubscriptionAction subscription)
    {
        Monitored.Note(caller, subscription);
        return ChangedAsync(caller, "ModifySubscription", device.Id, StatusCodes.Good, Describe(subscription));
    }

    ValueTask IOpcUaObserver.SubscriptionDeletedAsync(OpcUaCaller caller, uint subscriptionId, StatusCode status)
    {
        Monitored.RemoveSubscription(subscriptionId);
        return ChangedAsync(caller, "DeleteSubscriptions", device.Id, status, new JsonObject { ["subscription"] = subscriptionId });
    }

    ValueTask IOpcUaObserver.MonitoredItemsCreatedAsync(OpcUaCaller caller, IReadOnlyList<MonitoredItemAction> items) => ItemsChangedAsync(caller, "CreateMonitoredItems", items);

    ValueTask IOpcUaObserver.MonitoredItemsModifiedAsync(OpcUaCaller caller, IReadOnlyList<MonitoredItemAction> items) => ItemsChangedAsync(caller, "ModifyMonitoredItems", items);

    async ValueTask IOpcUaObserver.MonitoredItemsDeletedAsync(OpcUaCaller caller, IReadOnlyList<MonitoredItemAction> items)
    {
        foreach (var item in items)
            Monitored.Remove(item);
        foreach (var item in items)
            await ChangedAsync(caller, "DeleteMonitoredItems", TargetOf(item.Node), item.Status, new JsonObject { ["item"] = item.ItemId });
    }

    private async ValueTask ItemsChangedAsync(OpcUaCaller caller, string operation, IReadOnlyList<MonitoredItemAction> items)
    {
        // All of them first: whoever looks at the state after the first one sees what the request as a whole made of it.
        foreach (var item in items)
            Monitored.Note(item, NameOf(item.Node));
        foreach (var item in items)
            await ChangedAsync(caller, operation, TargetOf(item.Node), item.Status, Describe(item));
    }

    private static JsonObject Describe(SubscriptionAction subscription) => new()
    {
        ["subscription"] = subscription.SubscriptionId,
        ["publishingInterval"] = subscription.PublishingInterval,
        ["publishingEnabled"] = subscription.PublishingEnabled,
    };

    /// <summary>What a monitored item is; <c>moved</c> says that the machine's namespace has another index than at first.</summary>
    private JsonObject Describe(MonitoredItemAction item) => new()
    {
        ["subscription"] = item.SubscriptionId,
        ["item"] = item.ItemId,
        ["node"] = item.Node.ToString(),
        ["tag"] = NameOf(item.Node),
        ["moved"] = space.IndexOf(machineNamespace) != firstIndex,
        ["attribute"] = item.Attribute.ToString(),
        ["publishingInterval"] = Monitored.PublishingIntervalOf(item.SubscriptionId),
        ["samplingInterval"] = item.SamplingInterval,
        ["queueSize"] = item.QueueSize,
        ["mode"] = item.Mode.ToString(),
        ["deadband"] = item.Deadband.ToString(),
        ["deadbandValue"] = item.DeadbandValue,
    };

    ValueTask IOpcUaObserver.WrittenAsync(OpcUaCaller caller, NodeId node, AttributeId attribute, DataValue value, StatusCode status)
    {
        if (caller.Peer.Account is null)
            return ValueTask.CompletedTask;
        var tag = NameOf(node);
        var arguments = new JsonObject { ["node"] = node.ToString(), ["tag"] = tag, ["attribute"] = attribute.ToString(), ["value"] = value.Value.ToString() };
        var input = status.IsGood && tag is not null && device.Tags.Find(tag) is { } written
            ? new FactoryInput(device.Name, new JsonObject { ["tag"] = tag, ["value"] = written.True.Save() })
            : null;
        return context.ChangedAsync(PeerOf(caller), "opcua", "Write", TargetOf(node), status.Name, arguments, input);
    }

    ValueTask IOpcUaObserver.CalledAsync(OpcUaCaller caller, NodeId objectId, NodeId method, IReadOnlyList<Variant> inputs, CallResult result)
    {
        if (caller.Peer.Account is null)
            return ValueTask.CompletedTask;
        var name = space.Find(method)?.BrowseName.Name ?? method.ToString();
        var arguments = new JsonObject { ["method"] = name, ["inputs"] = new JsonArray([.. inputs.Select(i => (JsonNode)JsonValue.Create(i.ToString())!)]) };
        var payload = name == "Restart" ? new JsonObject { ["restart"] = true } : null;
        var target = name;
        if (Alarms.NameOf(objectId) is { } alarm)
        {
            payload = OpcUaAlarms.Record(alarm, name, inputs, caller.UserName);
            arguments["alarm"] = target = alarm;
            arguments["comment"] = payload["comment"]?.DeepClone();
        }

        var input = result.Status.IsGood && payload is not null ? new FactoryInput(device.Name, payload) : null;
        return context.ChangedAsync(PeerOf(caller), "opcua", "Call", $"{device.Id}/{target}", result.Status.Name, arguments, input);
    }

    void IOpcUaObserver.Read(OpcUaCaller caller, NodeId node, AttributeId attribute, StatusCode status)
    {
        // Clients read limits and capabilities of the server by themselves: only the machine's own nodes say what a student did.
        if (caller.Peer.Account is not null && node.NamespaceIndex > 0)
        {
            context.Observed(PeerOf(caller), "opcua", "Read", TargetOf(node), status.Name, new JsonObject
            {
                ["node"] = node.ToString(),
                ["tag"] = NameOf(node),
                ["attribute"] = attribute.ToString(),
            });
        }
    }

    void IOpcUaObserver.HistoryRead(OpcUaCaller caller, NodeId node, StatusCode status)
    {
        if (caller.Peer.Account is not null)
            context.Observed(PeerOf(caller), "opcua", "HistoryRead", TargetOf(node), status.Name, new JsonObject { ["node"] = node.ToString(), ["tag"] = NameOf(node) });
    }

    void IOpcUaObserver.Browsed(OpcUaCaller caller, NodeId node, StatusCode status)
    {
        if (caller.Peer.Account is not null)
            context.Observed(PeerOf(caller), "opcua", "Browse", TargetOf(node), status.Name, new JsonObject { ["node"] = node.ToString() });
    }

    private ValueTask ChangedAsync(OpcUaCaller caller, string operation, string target, StatusCode status, JsonObject arguments) =>
        caller.Peer.Account is null ? ValueTask.CompletedTask : context.ChangedAsync(PeerOf(caller), "opcua", operation, target, status.Name, arguments);

    private Tag? TagOf(VariableNode variable) => tags.GetValueOrDefault(variable);

    private string? NameOf(NodeId node) => space.Find(node) is VariableNode variable && tags.TryGetValue(variable, out var tag) ? tag.Name : null;

    private string TargetOf(NodeId node) => NameOf(node) is { } tag ? $"{device.Id}/{tag}" : $"{device.Id}/{node}";

    private static Network.PlantPeer PeerOf(OpcUaCaller caller) => PlantPeers.Read(caller.Peer.Node, caller.Peer.Address, caller.Peer.Account);

    private static string UriOf(MachineModelKind kind) => kind switch
    {
        MachineModelKind.Machinery => CompanionModels.Machinery,
        MachineModelKind.PackML => CompanionModels.PackML,
        MachineModelKind.MachineTool => CompanionModels.MachineTool,
        MachineModelKind.Padim => CompanionModels.Padim,
        _ => CompanionModels.JobControl,
    };

    private static BuiltInType TypeOf(TagKind kind) => kind switch
    {
        TagKind.Boolean => BuiltInType.Boolean,
        TagKind.Integer => BuiltInType.Int64,
        TagKind.Double => BuiltInType.Double,
        _ => BuiltInType.String,
    };

    private static Variant VariantOf(TagValue value) => value.Kind switch
    {
        TagKind.Boolean => new Variant(value.AsBoolean),
        TagKind.Integer => new Variant(value.AsInteger),
        TagKind.Double => new Variant(value.AsDouble),
        _ => new Variant(value.AsText),
    };

    private static bool TryRead(Variant variant, TagKind kind, out TagValue value)
    {
        value = default;
        switch (kind)
        {
            case TagKind.Boolean when variant.TryGet<bool>(out var flag):
                value = TagValue.From(flag);
                return true;
            case TagKind.Integer when variant.TryGet<long>(out var integer):
                value = TagValue.From(integer);
                return true;
            case TagKind.Double when variant.TryGetDouble(out var number):
                value = TagValue.From(number);
                return true;
            case TagKind.Text when variant.TryGet<string>(out var text) && text is not null:
                value = TagValue.From(text);
                return true;
            default:
                return false;
        }
    }

    private static StatusCode StatusOf(Quality quality) => (quality.Level, quality.Reason) switch
    {
        (QualityLevel.Good, _) => StatusCodes.Good,
        (QualityLevel.Uncertain, _) => StatusCodes.UncertainSensorNotAccurate,
        (_, "dropout") => StatusCodes.BadNoCommunication,
        _ => StatusCodes.BadSensorFailure,
    };
}
