using System.Text.Json.Nodes;

namespace TrainingLab.Labs.Evidence.Records;

/// <summary>Who did something.</summary>
/// <param name="Node">The plant node it came from, for example <c>workstation</c>.</param>
/// <param name="Account">The account that the protocol authenticated; empty when anonymous.</param>
/// <param name="Address">The plant address it came from, for example <c>10.10.3.20</c>.</param>
/// <param name="Student">The student whom the runtime holds responsible; null for a device, an adversary or an instructor.</param>
public sealed record Actor(string Node, string Account = "", string Address = "", string? Student = null)
{
    internal JsonObject Write()
    {
        var part = new JsonObject { ["node"] = Node, ["account"] = Account, ["address"] = Address };
        if (Student is not null)
            part["student"] = Student;
        return part;
    }

    internal static Actor Read(JsonObject part)
        => new(part.Text("node"), part.TextOrNull("account") ?? "", part.TextOrNull("address") ?? "", part.TextOrNull("student"));
}

/// <summary><c>action</c>: something that changes something, or asks to: a write, call, publish, subscription, login, configuration.</summary>
public sealed record ActionTaken : EvidenceBody
{
    internal const string Name = "action";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <summary>Who did it.</summary>
    public required Actor By { get; init; }

    /// <summary>The protocol, lower case: <c>opcua</c>, <c>mqtt</c>, <c>modbus</c>, <c>http</c>, <c>handle</c>, <c>switch</c>, <c>toolbox</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>The operation in the protocol's own word, lower case: <c>write</c>, <c>createMonitoredItems</c>, <c>publish</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>What it was done to: component, then the protocol's own name, for example <c>filler-1/ns=2;s=Speed</c>.</summary>
    public required string Target { get; init; }

    /// <summary>The protocol's own status code as text, for example <c>Good</c>, <c>Bad_UserAccessDenied</c>, <c>0</c>, <c>200</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Whether the protocol counts that code as success.</summary>
    public bool Succeeded { get; init; } = true;

    /// <summary>Arguments and values, by name.</summary>
    public JsonObject Arguments { get; init; } = [];

    /// <inheritdoc/>
    protected internal override void Write(JsonObject open, JsonObject secret)
    {
        open["by"] = By.Write();
        open["protocol"] = Protocol;
        open["operation"] = Operation;
        open["target"] = Target;
        open["outcome"] = Outcome;
        open["ok"] = Succeeded;
        open["arguments"] = Arguments.DeepClone();
    }

    internal static ActionTaken Read(JsonObject open, JsonObject secret) => new()
    {
        By = Actor.Read(open["by"]!.AsObject()),
        Protocol = open.Text("protocol"),
        Operation = open.Text("operation"),
        Target = open.Text("target"),
        Outcome = open.Text("outcome"),
        Succeeded = open["ok"]?.GetValue<bool>() ?? true,
        Arguments = open.Take("arguments")?.AsObject() ?? [],
    };
}

/// <summary><c>observed</c>: reads and unacknowledged messages, coalesced over a span of time.</summary>
/// <param name="By">Who.</param>
/// <param name="Protocol">As for an action.</param>
/// <param name="Operation">As for an action, for example <c>read</c>, <c>browse</c>, <c>query</c>.</param>
/// <param name="Target">As for an action.</param>
/// <param name="Count">How often.</param>
/// <param name="First">Plant instant of the first one.</param>
/// <param name="Failure">The protocol's status code where it did not go as asked; null where it did.</param>
public sealed record ReadsObserved(Actor By, string Protocol, string Operation, string Target, long Count, DateTimeOffset First, string? Failure = null) : EvidenceBody
{
    internal const string Name = "observed";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    protected internal override void Write(JsonObject open, JsonObject secret)
    {
        open["by"] = By.Write();
        open["protocol"] = Protocol;
        open["operation"] = Operation;
        open["target"] = Target;
        open["count"] = Count;
        open["first"] = RecordPart.Text(First);
        if (Failure is not null)
            open["failure"] = Failure;
    }

    internal static ReadsObserved Read(JsonObject open, JsonObject secret) => new(
        Actor.Read(open["by"]!.AsObject()), open.Text("protocol"), open.Text("operation"), open.Text("target"), open.Integer("count"), open.Instant("first"), open.TextOrNull("failure"));
}
