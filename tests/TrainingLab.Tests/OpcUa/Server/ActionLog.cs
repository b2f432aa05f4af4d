using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.Tests.OpcUa.Server;

/// <summary>Writes down what a server reports.</summary>
internal sealed class ActionLog : IOpcUaObserver
{
    public List<string> Lines { get; } = [];

    /// <summary>What the awaited methods wait for before they return.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public ValueTask SessionCreatedAsync(OpcUaCaller caller, StatusCode status) => Add($"created {status}");

    /// <summary>The roles of who signed in last.</summary>
    public Roles LastRoles { get; private set; }

    public ValueTask SessionActivatedAsync(OpcUaCaller caller, StatusCode status)
    {
        LastRoles = caller.Roles;
        return Add($"activated {caller.UserName ?? "anonymous"} {status}");
    }

    public ValueTask SessionClosedAsync(OpcUaCaller caller, StatusCode status) => Add($"closed {status}");

    public ValueTask SubscriptionCreatedAsync(OpcUaCaller caller, SubscriptionAction subscription) => Add($"subscribed {subscription.PublishingInterval}");

    public ValueTask SubscriptionDeletedAsync(OpcUaCaller caller, uint subscriptionId, StatusCode status) => Add($"unsubscribed {status}");

    public ValueTask MonitoredItemsCreatedAsync(OpcUaCaller caller, IReadOnlyList<MonitoredItemAction> items)
    {
        foreach (var item in items)
        {
            Lines.Add($"watches {item.Node} every {item.SamplingInterval} deadband {item.Deadband} {item.DeadbandValue} queue {item.QueueSize} {item.Status}");
        }

        return new ValueTask(Gate);
    }

    public ValueTask WrittenAsync(OpcUaCaller caller, NodeId node, AttributeId attribute, DataValue value, StatusCode status) =>
        Add($"{caller.Peer.Node} wrote {value.Value} to {node} {attribute} {status}");

    public ValueTask CalledAsync(OpcUaCaller caller, NodeId objectId, NodeId method, IReadOnlyList<Variant> inputs, CallResult result) =>
        Add($"called {method} with {string.Join(", ", inputs)}: {result.Status}");

    public void Read(OpcUaCaller caller, NodeId node, AttributeId attribute, StatusCode status) => Lines.Add($"read {node} {attribute} {status}");

    public void Browsed(OpcUaCaller caller, NodeId node, StatusCode status) => Lines.Add($"browsed {node} {status}");

    public void ConnectionFailed(OpcUaPeer peer, StatusCode status, string reason) => Lines.Add($"failed {status}");

    private ValueTask Add(string line)
    {
        Lines.Add(line);
        return new ValueTask(Gate);
    }
}
