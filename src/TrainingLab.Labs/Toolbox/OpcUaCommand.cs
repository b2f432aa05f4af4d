using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Factory;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server;
using LocalizedText = TrainingLab.Factory.Definitions.LocalizedText;

namespace TrainingLab.Labs.Toolbox;

/// <summary><c>opcua VERB SERVER …</c>: one OPC UA session from the workstation for one thing.</summary>
internal sealed class OpcUaCommand : IToolboxCommand
{
    private static readonly string[] Verbs = ["endpoints", "cert", "namespaces", "browse", "read", "write", "call", "subscribe", "events", "history", .. OpcUaAlarmCall.Verbs];

    public string Name => "opcua";

    public LocalizedText Summary { get; } = new("browses, reads, writes, calls and watches OPC UA servers", "浏览、读写、调用和订阅 OPC UA 服务器，查看事件、报警和历史");

    public IReadOnlyList<string> Usage { get; } =
    [
        "opcua endpoints|cert|namespaces SERVER    (cert: the server's certificate and the one of this workstation)",
        "opcua cert SERVER rejected|renew|trust THUMBPRINT|distrust THUMBPRINT   (as a user with the role securityAdmin, SignAndEncrypt)",
        "opcua browse SERVER [NODEID]              (NODEID: ns=INDEX;s=NAME or nsu=URI;s=NAME)",
        "opcua read SERVER NODEID…",
        "opcua write SERVER NODEID VALUE",
        "opcua call SERVER OBJECTID METHODID [VALUE…]",
        "every verb: [--policy none|Basic256Sha256|Aes128_Sha256_RsaOaep|Aes256_Sha256_RsaPss] [--mode Sign|SignAndEncrypt] [--user NAME --password WORD]",
        "opcua subscribe SERVER NODEID… [--interval MS] [--sampling MS] [--deadband ABS | --percent PCT] [--queue N] [--for 10s]",
        "opcua events SERVER [NODEID] [--type NODEID] [--severity N] [--for 10s]",
        "opcua acknowledge|confirm|comment SERVER CONDITIONID [TEXT]",
        "opcua shelve SERVER CONDITIONID once|10m, opcua unshelve SERVER CONDITIONID",
        "opcua history SERVER NODEID [--last 1h | --from TIME --to TIME] [--max N] [--bounds] [--aggregate average|minimum|maximum|count|interpolative|start|end|delta --every 1m]",
    ];

    public async Task<CommandResult> RunAsync(ToolboxContext context, ToolboxArguments arguments, CancellationToken cancellationToken)
    {
        if (arguments.Positional is not [var verb, var server, .. var rest] || !Verbs.Contains(verb))
            return ToolboxOutput.Misused(this, "opcua needs a verb and a server");
        if (context.Endpoint(server) is not { Protocol: EndpointProtocol.OpcUa } endpoint)
            return ToolboxOutput.Failed($"there is no OPC UA server {server}");
        var options = new OpcUaClientOptions
        {
            EndpointUrl = string.Create(CultureInfo.InvariantCulture, $"opc.tcp://{server}:{endpoint.Port}"),
            SessionName = "toolbox",
            UserName = arguments.Option("user"),
            Password = arguments.Option("password"),
        };
        if (OpcUaProtection.Read(context, arguments, options) is not { } secured)
            return ToolboxOutput.Misused(this, $"a policy is none, {string.Join(", ", OpcUaProtection.Policies)}; a mode is Sign or SignAndEncrypt");
        options = secured;
        if (verb == "cert")
        {
            return rest.Length == 0
                ? await OpcUaProtection.ShowCertificatesAsync(context, endpoint, options, cancellationToken)
                : await OpcUaCertificates.RunAsync(context, endpoint, options, rest, cancellationToken);
        }

        if (verb == "endpoints")
            return await ListEndpointsAsync(context, endpoint, options, cancellationToken);

        var names = new List<NodeName>();
        foreach (var word in NodesOf(verb, rest))
        {
            if (NodeName.Read(word) is not { } name)
                return ToolboxOutput.Misused(this, $"'{word}' is no node id; write it as ns=2;s=filler-1.CurMachSpeed, or with its namespace's URI as nsu=URI;s=filler-1.CurMachSpeed");
            names.Add(name);
        }

        await using var client = await OpcUaClient.ConnectAsync(
            token => context.ConnectAsync(server, endpoint.Port, token), options, context.Factory.Clock, cancellationToken);
        var nodes = new List<NodeId>();
        foreach (var name in names)
        {
            if (await name.FindAsync(client, cancellationToken) is not { } node)
                return ToolboxOutput.Failed($"{server} has no namespace {name.NamespaceUri}");
            nodes.Add(node);
        }

        return verb switch
        {
            "namespaces" => await ListNamespacesAsync(client, cancellationToken),
            "browse" => await BrowseAsync(client, nodes.Count > 0 ? nodes[0] : ObjectIds.ObjectsFolder, cancellationToken),
            "read" when nodes.Count > 0 => await ReadAsync(client, nodes, cancellationToken),
            "write" when rest.Length == 2 => await WriteAsync(client, nodes[0], rest[1], cancellationToken),
            "call" when nodes.Count == 2 => await OpcUaCall.RunAsync(client, nodes[0], nodes[1], [.. rest.Skip(2)], cancellationToken),
            "events" => await OpcUaEvents.RunAsync(context, client, nodes.Count > 0 ? nodes[0] : ObjectIds.Server, arguments, cancellationToken),
            "history" when nodes.Count == 1 => await OpcUaHistory.RunAsync(context, client, nodes[0], arguments, cancellationToken),
            _ when OpcUaAlarmCall.Verbs.Contains(verb) && nodes.Count == 1 => await OpcUaAlarmCall.RunAsync(context, client, verb, nodes[0], [.. rest.Skip(1)], cancellationToken),
            "subscribe" when nodes.Count > 0 => await SubscribeAsync(context, client, nodes, arguments, cancellationToken),
            _ => ToolboxOutput.Misused(this, $"opcua {verb} needs more words"),
        };
    }

    public IEnumerable<string> Complete(ToolboxContext context, IReadOnlyList<string> words) => words switch
    {
        [] => Verbs,
        [_] => context.Factory.Endpoints.Where(e => e.Protocol == EndpointProtocol.OpcUa).Select(e => e.Name),
        [_, _, .., "--policy"] => OpcUaProtection.Policies,
        [_, _, .., "--mode"] => ["Sign", "SignAndEncrypt"],
        ["cert", _] => OpcUaCertificates.Verbs,
        ["subscribe", _, ..] => ["--policy", "--mode", "--user", "--password", "--interval", "--sampling", "--deadband", "--percent", "--queue", "--for"],
        ["events", _, ..] => ["--policy", "--mode", "--user", "--password", "--type", "--severity", "--for"],
        ["history", _, ..] => ["--policy", "--mode", "--user", "--password", "--last", "--from", "--to", "--max", "--bounds", "--aggregate", "--every"],
        [_, _, ..] => ["--policy", "--mode", "--user", "--password"],
        _ => [],
    };

    /// <summary>The words that are node ids; what follows them are values or texts.</summary>
    private static IEnumerable<string> NodesOf(string verb, IReadOnlyList<string> rest) => verb switch
    {
        "call" => rest.Take(2),
        "write" => rest.Take(1),
        _ when OpcUaAlarmCall.Verbs.Contains(verb) => rest.Take(1),
        _ => rest,
    };

    private static async Task<CommandResult> ListEndpointsAsync(ToolboxContext context, FactoryEndpoint endpoint, OpcUaClientOptions options, CancellationToken cancellationToken)
    {
        var pipe = await context.ConnectAsync(endpoint.Node, endpoint.Port, cancellationToken);
        var output = new ToolboxOutput();
        foreach (var found in await OpcUaClient.GetEndpointsAsync(pipe, options, context.Factory.Clock, cancellationToken))
            output.Line($"{found.EndpointUrl}  {found.SecurityMode}  {found.SecurityPolicyUri}  {string.Join(',', found.UserIdentityTokens.Select(t => t.TokenType))}");
        return output.Done();
    }

    private static async Task<CommandResult> ListNamespacesAsync(OpcUaClient client, CancellationToken cancellationToken)
    {
        var namespaces = await client.GetNamespacesAsync(cancellationToken);
        var output = new ToolboxOutput();
        var json = new JsonObject();
        for (var i = 0; i < namespaces.Count; i++)
        {
            output.Line($"{i}  {namespaces[i]}");
            json[namespaces[i]] = i;
        }

        return output.Done(json);
    }

    private static async Task<CommandResult> BrowseAsync(OpcUaClient client, NodeId node, CancellationToken cancellationToken)
    {
        var output = new ToolboxOutput();
        var json = new JsonObject();
        foreach (var reference in await client.BrowseAsync(node, cancellationToken))
        {
            output.Line($"{reference.Class,-12} {reference.Node.Node,-44} {reference.BrowseName.Name}");
            json[reference.BrowseName.Name ?? ""] = reference.Node.Node.ToString();
        }

        return output.Done(json);
    }

    private static async Task<CommandResult> ReadAsync(OpcUaClient client, List<NodeId> nodes, CancellationToken cancellationToken)
    {
        var output = new ToolboxOutput();
        var json = new JsonArray();
        var values = await client.ReadAsync([.. nodes.Select(n => new ReadItem(n))], cancellationToken);
        for (var i = 0; i < nodes.Count; i++)
        {
            var (unit, range) = values[i].Status.Code == StatusCodes.BadNodeIdUnknown ? default : await ReadScaleAsync(client, nodes[i], cancellationToken);
            output.Line($"{nodes[i]} = {Text(values[i], unit?.DisplayName.Text)}{(range is null ? "" : string.Create(CultureInfo.InvariantCulture, $"  range {range.Low} to {range.High}"))}");
            json.Add(new JsonObject
            {
                ["node"] = nodes[i].ToString(),
                ["value"] = values[i].Value.ToString(),
                ["status"] = values[i].Status.Name,
                ["sourceTimestamp"] = values[i].SourceTimestamp.ToString("O", CultureInfo.InvariantCulture),
                ["unit"] = unit?.DisplayName.Text,
                ["low"] = range?.Low,
                ["high"] = range?.High,
            });
        }

        return output.Done(json, values.Any(v => v.Status.IsBad) ? 1 : 0);
    }

    /// <summary>The engineering unit and range of a variable, from its properties; null for what it has not.</summary>
    private static async Task<(EUInformation? Unit, UaRange? Range)> ReadScaleAsync(OpcUaClient client, NodeId node, CancellationToken cancellationToken)
    {
        async Task<T?> PropertyAsync<T>(string name) where T : class
        {
            var (status, property) = await client.TranslateAsync(node, [new QualifiedName(0, name)], cancellationToken);
            return status.IsGood && (await client.ReadAsync(property, cancellationToken)).Value.TryGet<ExtensionObject>(out var value) ? value?.Structure as T : null;
        }

        return (await PropertyAsync<EUInformation>("EngineeringUnits"), await PropertyAsync<UaRange>("EURange"));
    }

    private static async Task<CommandResult> WriteAsync(OpcUaClient client, NodeId node, string text, CancellationToken cancellationToken)
    {
        var current = await client.ReadAsync(node, cancellationToken);
        Variant value = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? new Variant(number)
            : bool.TryParse(text, out var flag) ? new Variant(flag)
            : new Variant(text);
        if (current.Value.Type != value.Type && Variant.TryConvert(value, current.Value.Type, out var converted))
            value = converted;
        var status = await client.WriteAsync(node, value, cancellationToken);
        return status.IsBad ? ToolboxOutput.Failed(status.Name) : new CommandResult(0, [new CommandOutputLine($"{node} {status.Name}")]);
    }

    private static async Task<CommandResult> SubscribeAsync(ToolboxContext context, OpcUaClient client, List<NodeId> nodes, ToolboxArguments arguments, CancellationToken cancellationToken)
    {
        var interval = arguments.Number("interval", 500);
        var sampling = arguments.Number("sampling", -1);
        var percent = arguments.Number("percent", 0);
        var absolute = arguments.Number("deadband", 0);
        var queue = arguments.Number("queue", 10);
        var duration = arguments.Span("for", TimeSpan.FromSeconds(10));
        if (interval is null || sampling is null || percent is null || absolute is null || queue is not (>= 1 and <= 100_000) || duration is null)
            return ToolboxOutput.Misused(new OpcUaCommand(), "numbers are written as 0.5, durations as 10s");
        var (kind, size) = percent > 0 ? (DeadbandKind.Percent, percent.Value) : absolute > 0 ? (DeadbandKind.Absolute, absolute.Value) : (DeadbandKind.None, 0);
        var output = new ToolboxOutput();
        var count = 0;
        var subscription = await client.SubscribeAsync(
            interval.Value,
            [.. nodes.Select(n => new WatchItem(n, sampling.Value, (uint)queue.Value, kind, size))],
            change =>
            {
                count++;
                output.Line($"{change.Node} = {Text(change.Value)}");
            },
            cancellationToken);
        var bad = subscription.ItemStatuses.Where(s => s.IsBad).Select(s => s.Name).ToList();
        if (bad.Count == 0)
            await Task.Delay(duration.Value, context.Factory.Clock, cancellationToken);
        await subscription.DisposeAsync();
        return bad.Count > 0
            ? ToolboxOutput.Failed("refused: " + string.Join(", ", bad))
            : output.Done(new JsonObject { ["notifications"] = count });
    }

    // A bad value is shown too, as a client would show it: whoever reads it has to look at the status.
    private static string Text(DataValue value, string? unit = null) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(value.Value.IsNull ? "-" : value.Value.ToString())}{(unit is null ? "" : " " + unit)}  {value.Status.Name}  {value.SourceTimestamp:yyyy-MM-ddTHH:mm:ss.fffZ}");

    /// <summary>A node as typed: by the index of its namespace, or by its URI, whose index is looked up in each session.</summary>
    private readonly record struct NodeName(string? NamespaceUri, NodeId Node)
    {
        private const string UriPrefix = "nsu=";

        public static NodeName? Read(string word)
        {
            var uri = word.StartsWith(UriPrefix, StringComparison.Ordinal) && word.IndexOf(';', StringComparison.Ordinal) is > 0 and var end ? word[UriPrefix.Length..end] : null;
            return NodeId.TryParse(uri is null ? word : word[(UriPrefix.Length + uri.Length + 1)..], out var node) ? new NodeName(uri, node) : null;
        }

        public async Task<NodeId?> FindAsync(OpcUaClient client, CancellationToken cancellationToken)
        {
            if (NamespaceUri is null)
                return Node;
            var namespaces = await client.GetNamespacesAsync(cancellationToken);
            for (ushort i = 0; i < namespaces.Count; i++)
            {
                if (namespaces[i] == NamespaceUri)
                    return Node.InNamespace(i);
            }

            return null;
        }
    }
}
