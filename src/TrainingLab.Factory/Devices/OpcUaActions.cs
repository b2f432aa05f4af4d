using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Actions;
using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Networks;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.Factory.Devices;

/// <summary>What students do with a machine's OPC UA server, told to whoever watches the factory.</summary>
/// <param name="device">The machine.</param>
/// <param name="context">The factory.</param>
/// <param name="reportsRefusals">Whether refused channels are told: those of a server that protects itself.</param>
internal sealed class OpcUaActions(DeviceEmulator device, FactoryContext context, bool reportsRefusals) : IOpcUaObserver
{
    // What one student can have written down for one operation is bounded, whatever he sends.
    private const int MaxShownElements = 64;
    private const int MaxShownLength = 1_024;

    private static readonly string[] RoleMethods = ["AddIdentity", "RemoveIdentity", "AddApplication", "RemoveApplication", "AddEndpoint", "RemoveEndpoint"];

    private static readonly string[] SecurityMethods = ["ApplyChanges", "AddCertificate", "RemoveCertificate"];

    private MachineNodes nodes = null!;
    private OpcUaAlarms alarms = null!;
    private OpcUaFaceSecurity security = null!;

    /// <summary>What students watch now.</summary>
    public MonitoredTags Monitored { get; } = new();

    /// <summary>Tells the machine's nodes, alarms and security, which are made with the server that is observed.</summary>
    public void Know(MachineNodes machineNodes, OpcUaAlarms machineAlarms, OpcUaFaceSecurity machineSecurity) => (nodes, alarms, security) = (machineNodes, machineAlarms, machineSecurity);

    ValueTask IOpcUaObserver.SessionActivatedAsync(OpcUaCaller caller, StatusCode status)
    {
        var arguments = new JsonObject { ["user"] = caller.UserName is { } user ? Shortened(user) : null, ["policy"] = caller.SecurityPolicy.Name, ["mode"] = caller.Mode.ToString() };
        if (security.HasRoles && status.IsGood)
            arguments["roles"] = string.Join(' ', WellKnownRoles.All.Where(r => caller.Roles.HasFlag(r)).Select(r => KeyNames.Of(r.ToString())));
        return ChangedAsync(caller, "ActivateSession", device.Id, status, arguments);
    }

    void IOpcUaObserver.ConnectionFailed(OpcUaPeer peer, StatusCode status, string reason)
    {
        if (reportsRefusals && peer.Account is not null)
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
        ["node"] = Shown(item.Node),
        ["tag"] = NameOf(item.Node),
        ["moved"] = nodes.HaveMoved,
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
        var arguments = new JsonObject { ["node"] = Shown(node), ["tag"] = tag, ["attribute"] = attribute.ToString(), ["value"] = Shown(value.Value) };
        var input = status.IsGood && tag is not null && device.Tags.Find(tag) is { } written
            ? new FactoryInput(device.Name, new JsonObject { ["tag"] = tag, ["value"] = written.True.Save() })
            : status.IsGood && node.NamespaceIndex == 0 ? RolesInput()
            : null;
        return context.ChangedAsync(PeerOf(caller), "opcua", "Write", TargetOf(node), status.Name, arguments, input);
    }

    ValueTask IOpcUaObserver.CalledAsync(OpcUaCaller caller, NodeId objectId, NodeId method, IReadOnlyList<Variant> inputs, CallResult result)
    {
        if (caller.Peer.Account is null)
            return ValueTask.CompletedTask;
        var name = nodes.BrowseNameOf(method) ?? method.ToString();
        var arguments = new JsonObject { ["method"] = name, ["inputs"] = new JsonArray([.. inputs.Select(i => (JsonNode)JsonValue.Create(Shown(i))!)]) };
        var payload = name == "Restart" ? new JsonObject { ["restart"] = true } : null;
        var target = name;
        if (alarms.NameOf(objectId) is { } alarm)
        {
            payload = OpcUaAlarms.Record(alarm, name, inputs, caller.UserName);
            arguments["alarm"] = target = alarm;
            arguments["comment"] = payload["comment"]?.DeepClone();
        }

        var input = !result.Status.IsGood ? null
            : payload is not null ? new FactoryInput(device.Name, payload)
            : method.NamespaceIndex == 0 && RoleMethods.Contains(name) ? RolesInput()
            : method.NamespaceIndex == 0 && SecurityMethods.Contains(name) && security.Save() is { } changed ? new FactoryInput(device.Name, new JsonObject { ["security"] = changed })
            : null;
        return context.ChangedAsync(PeerOf(caller), "opcua", "Call", $"{device.Id}/{target}", result.Status.Name, arguments, input);
    }

    void IOpcUaObserver.Read(OpcUaCaller caller, NodeId node, AttributeId attribute, StatusCode status)
    {
        // Clients read limits and capabilities of the server by themselves: only the machine's own nodes say what a student did.
        if (caller.Peer.Account is not null && node.NamespaceIndex > 0)
        {
            context.Observed(PeerOf(caller), "opcua", "Read", TargetOf(node), status.Name, new JsonObject
            {
                ["node"] = Shown(node),
                ["tag"] = NameOf(node),
                ["attribute"] = attribute.ToString(),
            });
        }
    }

    void IOpcUaObserver.HistoryRead(OpcUaCaller caller, NodeId node, StatusCode status)
    {
        if (caller.Peer.Account is not null)
            context.Observed(PeerOf(caller), "opcua", "HistoryRead", TargetOf(node), status.Name, new JsonObject { ["node"] = Shown(node), ["tag"] = NameOf(node) });
    }

    void IOpcUaObserver.Browsed(OpcUaCaller caller, NodeId node, StatusCode status)
    {
        if (caller.Peer.Account is not null)
            context.Observed(PeerOf(caller), "opcua", "Browse", TargetOf(node), status.Name, new JsonObject { ["node"] = Shown(node) });
    }

    /// <summary>A value as it is written down: of bytes, which are certificates and keys, only how many there are; of long arrays and texts the beginning.</summary>
    private static string Shown(Variant value)
    {
        if (value.TryGet(out byte[]? bytes))
            return string.Create(CultureInfo.InvariantCulture, $"{bytes?.Length ?? 0} bytes");
        if (value.Elements is { Length: > MaxShownElements } elements)
            return Shortened(string.Create(CultureInfo.InvariantCulture, $"[{string.Join(", ", elements.Cast<object?>().Take(MaxShownElements).Select(e => Shown(Variant.From(e))))}, … {elements.Length} in all]"));
        return Shortened(value.ToString());
    }

    private static string Shortened(string text) => text.Length > MaxShownLength ? text[..MaxShownLength] + "…" : text;

    /// <summary>What a change of roles made of them.</summary>
    private FactoryInput? RolesInput() => security.SaveRoles() is { } roles ? new FactoryInput(device.Name, new JsonObject { ["roles"] = roles }) : null;

    private ValueTask ChangedAsync(OpcUaCaller caller, string operation, string target, StatusCode status, JsonObject arguments) =>
        caller.Peer.Account is null ? ValueTask.CompletedTask : context.ChangedAsync(PeerOf(caller), "opcua", operation, target, status.Name, arguments);

    private string? NameOf(NodeId node) => nodes.NameOf(node);

    private string TargetOf(NodeId node) => NameOf(node) is { } tag ? $"{device.Id}/{tag}" : $"{device.Id}/{Shown(node)}";

    private static string Shown(NodeId node) => Shortened(node.ToString());

    private static Network.PlantPeer PeerOf(OpcUaCaller caller) => PlantPeers.Read(caller.Peer.Node, caller.Peer.Address, caller.Peer.Account);
}
