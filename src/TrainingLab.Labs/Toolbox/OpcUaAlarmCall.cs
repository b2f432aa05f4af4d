using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Nodes;
using LocalizedText = TrainingLab.Factory.Definitions.LocalizedText;

namespace TrainingLab.Labs.Toolbox;

/// <summary>
/// <c>opcua acknowledge|confirm|comment|shelve|unshelve SERVER CONDITIONID …</c>: what an operator does with an alarm. The event that is meant is the last one of the condition.
/// </summary>
internal static class OpcUaAlarmCall
{
    private static readonly LocalizedText NoCondition = new("this node is no condition", "该节点不是报警条件");

    public static IReadOnlyList<string> Verbs { get; } = ["acknowledge", "confirm", "comment", "shelve", "unshelve"];

    public static async Task<CommandResult> RunAsync(ToolboxContext context, OpcUaClient client, string verb, NodeId condition, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        // The methods of the types are good for every condition (OPC 10000-9, 5.5.4 and following).
        if (verb is "shelve" or "unshelve")
        {
            var (found, shelving) = await client.TranslateAsync(condition, [new QualifiedName(0, "ShelvingState")], cancellationToken);
            if (found.IsBad)
                return ToolboxOutput.Failed(NoCondition.In(context.Language));
            if (verb == "unshelve")
                return await CallAsync(client, shelving, 2947, [], cancellationToken);
            if (words is ["once"])
                return await CallAsync(client, shelving, 2948, [], cancellationToken);
            return words is [var text] && Factory.Definitions.Duration.TryParse(text, out var time)
                ? await CallAsync(client, shelving, 2949, [new Variant(time.TotalMilliseconds)], cancellationToken)
                : ToolboxOutput.Misused(new OpcUaCommand(), "shelve takes once, or a duration such as 10m");
        }

        var (status, property) = await client.TranslateAsync(condition, [new QualifiedName(0, "EventId")], cancellationToken);
        if (status.IsBad || !(await client.ReadAsync(property, cancellationToken)).Value.TryGet<byte[]>(out var eventId))
            return ToolboxOutput.Failed(NoCondition.In(context.Language));
        var method = verb switch { "acknowledge" => 9111u, "confirm" => 9113u, _ => 9029u };
        return await CallAsync(client, condition, method, [new Variant(eventId), new Variant(new OpcUa.LocalizedText(string.Join(' ', words)))], cancellationToken);
    }

    private static async Task<CommandResult> CallAsync(OpcUaClient client, NodeId target, uint method, IReadOnlyList<Variant> inputs, CancellationToken cancellationToken)
    {
        var result = await client.CallAsync(target, new NodeId(0, method), inputs, cancellationToken);
        return result.Status.IsBad ? ToolboxOutput.Failed(result.Status.Name) : new CommandResult(0, [new CommandOutputLine(result.Status.Name)]);
    }
}
