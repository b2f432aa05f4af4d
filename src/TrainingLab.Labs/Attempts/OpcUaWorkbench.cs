using System.Globalization;
using TrainingLab.Factory;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.Labs.Attempts;

/// <summary>The OPC UA client behind the workspace: one session per student and server, kept while it lasts. On the factory's scheduler.</summary>
internal sealed class OpcUaWorkbench(RunningFactory factory, Action<string, OpcUaValueView> notified) : IAsyncDisposable
{
    /// <summary>Subscriptions that a workspace may hold.</summary>
    public const int MaxSubscriptions = 50;

    private readonly Dictionary<(string Student, string Server), OpcUaClient> clients = [];
    private readonly Dictionary<string, (OpcUaSubscriptionView View, OpcUaSubscription Subscription)> subscriptions = new(StringComparer.Ordinal);
    private int created;

    /// <summary>The subscriptions held now.</summary>
    public IReadOnlyList<OpcUaSubscriptionView> Subscriptions => [.. subscriptions.Values.Select(s => s.View)];

    public async Task<OpcUaBrowseResult> BrowseAsync(string student, string server, string? node, CancellationToken cancellationToken)
    {
        NodeId id = ObjectIds.ObjectsFolder;
        if (node is not null && !NodeId.TryParse(node, out id))
            return new OpcUaBrowseResult("BadNodeIdInvalid", []);
        try
        {
            var client = await ClientAsync(student, server, cancellationToken);
            var nodes = (await client.BrowseAsync(id, cancellationToken)).Select(r => new OpcUaNodeView(
                r.Node.Node.ToString(),
                $"{r.BrowseName.NamespaceIndex}:{r.BrowseName.Name}",
                r.DisplayName.Text ?? r.BrowseName.Name ?? "",
                r.Class.ToString(),
                r.Class is NodeClass.Object or NodeClass.Variable));
            return new OpcUaBrowseResult("Good", [.. nodes]);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            return new OpcUaBrowseResult(StatusOf(e), []);
        }
    }

    public async Task<OpcUaValueView> ReadAsync(string student, string server, string node, CancellationToken cancellationToken)
    {
        if (!NodeId.TryParse(node, out var id))
            return Bad(server, node, "BadNodeIdInvalid");
        try
        {
            var client = await ClientAsync(student, server, cancellationToken);
            return ViewOf(server, node, await client.ReadAsync(id, cancellationToken));
        }
        catch (Exception e) when (IsRefusal(e))
        {
            return Bad(server, node, StatusOf(e));
        }
    }

    public async Task<OpcUaSubscribeResult> SubscribeAsync(string student, string server, OpcUaSubscribeRequest request, CancellationToken cancellationToken)
    {
        if (!NodeId.TryParse(request.NodeId, out var node))
            return new OpcUaSubscribeResult("BadNodeIdInvalid", null);
        if (subscriptions.Count >= MaxSubscriptions)
            return new OpcUaSubscribeResult("BadTooManySubscriptions", null);
        var kind = request.DeadbandKind switch { "absolute" => DeadbandKind.Absolute, "percent" => DeadbandKind.Percent, _ => DeadbandKind.None };
        var id = $"s{++created}";
        try
        {
            var client = await ClientAsync(student, server, cancellationToken);
            var subscription = await client.SubscribeAsync(
                request.PublishingMs,
                [new WatchItem(node, request.SamplingMs, 10, kind, request.Deadband)],
                change => notified(id, ViewOf(server, request.NodeId, change.Value)),
                cancellationToken);
            if (subscription.ItemStatuses[0].IsBad)
            {
                var status = subscription.ItemStatuses[0].Name;
                await subscription.DisposeAsync();
                return new OpcUaSubscribeResult(status, null);
            }

            var view = new OpcUaSubscriptionView(id, server, request.NodeId, subscription.PublishingInterval, request.SamplingMs, request.DeadbandKind, request.Deadband);
            subscriptions[id] = (view, subscription);
            return new OpcUaSubscribeResult("Good", view);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            return new OpcUaSubscribeResult(StatusOf(e), null);
        }
    }

    public async Task<ActionOutcome> UnsubscribeAsync(string id)
    {
        if (!subscriptions.Remove(id, out var held))
            return ActionOutcome.Refused($"there is no subscription {id}", $"没有订阅 {id}");
        try
        {
            await held.Subscription.DisposeAsync();
        }
        catch (Exception e) when (IsRefusal(e))
        {
            // Its session has ended; so has the subscription.
        }

        return ActionOutcome.Ok("deleted", "已删除");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients.Values)
            await client.DisposeAsync();
        clients.Clear();
        subscriptions.Clear();
    }

    private async Task<OpcUaClient> ClientAsync(string student, string server, CancellationToken cancellationToken)
    {
        if (clients.TryGetValue((student, server), out var client) && client.IsConnected)
            return client;
        if (factory.Endpoints.FirstOrDefault(e => e.Name == server && e.Protocol == EndpointProtocol.OpcUa) is not { } endpoint)
            throw new IOException($"there is no OPC UA server {server}");
        foreach (var (id, held) in subscriptions.Where(s => s.Value.View.Server == server).ToList())
            subscriptions.Remove(id);
        return clients[(student, server)] = await OpcUaClient.ConnectAsync(
            token => factory.Context.ConnectAsync(factory.Scenario.Network.Workstation, server, endpoint.Port, student, token),
            factory.Context.Certificates.Protect(
                new OpcUaClientOptions { EndpointUrl = string.Create(CultureInfo.InvariantCulture, $"opc.tcp://{server}:{endpoint.Port}"), SessionName = "workbench" },
                factory.Scenario.Network.Workstation,
                server),
            factory.Clock,
            cancellationToken);
    }

    private static bool IsRefusal(Exception e) => e is OpcUaException or IOException or TimeoutException;

    private static string StatusOf(Exception e) => e is OpcUaException refused ? refused.Status.Name : e.Message;

    private static OpcUaValueView Bad(string server, string node, string status) => new(server, node, null, null, null, status, null, null);

    private static OpcUaValueView ViewOf(string server, string node, DataValue value) => new(
        server,
        node,
        value.Status.IsBad ? null : value.Value.ToString(),
        value.Value.Type.ToString(),
        null,
        value.Status.Name,
        value.SourceTimestamp == DateTime.MinValue ? null : new DateTimeOffset(value.SourceTimestamp, TimeSpan.Zero),
        value.ServerTimestamp == DateTime.MinValue ? null : new DateTimeOffset(value.ServerTimestamp, TimeSpan.Zero));
}
