using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Factory.Http;
using TrainingLab.Identifiers.Handles;
using TrainingLab.Identifiers.Http;
using TrainingLab.Identifiers.Nodes;
using TrainingLab.Network;

namespace TrainingLab.Factory.Services;

/// <summary>A node of the identifier-resolution hierarchy on its host. Recursion goes over the plant network like everybody's traffic.</summary>
public sealed class IdentifierService : IFactoryComponent, IIdentifierObserver, IIdentifierUpstream
{
    private readonly IdentifierNodeDefinition definition;
    private readonly FactoryContext context;

    public IdentifierService(IdentifierNodeDefinition definition, IReadOnlyList<IdentifierNodeDefinition> all, FactoryContext context)
    {
        this.definition = definition;
        this.context = context;
        var time = context.ClockOf(definition.Id);
        if (definition.Role == IdentifierRole.Recursive)
        {
            var root = all.First(n => n.Id == definition.Root);
            Node = new RecursiveNode(definition.Id, $"{root.Id}:{root.Port}", this, time, this);
        }
        else
        {
            var node = new AuthoritativeNode(definition.Id, RoleOf(definition.Role), time, this);
            Fill(node, all);
            Node = node;
        }
    }

    /// <inheritdoc/>
    public string Name => $"identifiers/{definition.Id}";

    /// <summary>The node itself.</summary>
    public IdentifierNode Node { get; }

    /// <inheritdoc/>
    public void Start()
    {
        context.ListenHttp(definition.Id, definition.Port, HandleAsync);
        if (definition.SitePort is { } site && site != definition.Port)
            context.ListenHttp(definition.Id, site, HandleAsync);
    }

    /// <inheritdoc/>
    public JsonNode Save() => Node.Save();

    /// <inheritdoc/>
    public void Load(JsonNode state) => Node.Load(state.AsObject());

    /// <inheritdoc/>
    public ValueTask ApplyAsync(JsonObject payload) => throw new NotSupportedException($"{Name} has no changes that could be recorded.");

    /// <summary>Reads <c>answered</c>: how many questions the node has answered.</summary>
    public JsonNode? Read(ReadOnlySpan<string> path) => path is ["answered"] ? JsonValue.Create(Node.Log.Count) : null;

    async ValueTask<ResolutionResponse?> IIdentifierUpstream.AskAsync(string site, ResolutionRequest request, CancellationToken cancellationToken)
    {
        // What HS_SITE says is somebody's configuration: it may be anything.
        var colon = site.LastIndexOf(':');
        if (colon < 1 || !ushort.TryParse(site.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return null;
        try
        {
            var pipe = await context.ConnectAsync(definition.Id, site[..colon], port, account: null, cancellationToken);
            var reply = await PlantHttpClient.SendAsync(pipe, site, "GET", IdentifierHttp.PathOf(request), [], ReadOnlyMemory<byte>.Empty, cancellationToken);
            return HandleJson.Read(reply.Body.Span);
        }
        catch (IOException)
        {
            return null;
        }
    }

    ValueTask IIdentifierObserver.ResolvedAsync(string node, IdentifierPeer peer, ResolutionRequest request, ResolutionResponse answer)
    {
        if (peer.Account is null)
            return ValueTask.CompletedTask;
        // Case does not matter in handles and types, so evidence has the one spelling in capitals, which checks can compare.
        var arguments = new JsonObject
        {
            ["handle"] = AsciiCase.ToCapitals(request.Handle.ToString()),
            ["types"] = new JsonArray([.. request.Types.Select(t => (JsonNode)JsonValue.Create(AsciiCase.ToCapitals(t))!)]),
            ["indexes"] = new JsonArray([.. request.Indexes.Select(i => (JsonNode)JsonValue.Create(i)!)]),
            ["authoritative"] = request.Authoritative,
            ["trace"] = request.Trace,
            ["responseCode"] = (int)answer.Code,
            ["cached"] = answer.FromCache,
            ["steps"] = new JsonArray([.. answer.Steps.Select(s => (JsonNode)JsonValue.Create(s.Node)!)]),
        };
        return context.ChangedAsync(new PlantPeer(peer.Node, default, 0, peer.Account), "identifiers", "resolve", definition.Id, answer.Code.ToString(), arguments);
    }

    private async ValueTask<PlantHttpResponse> HandleAsync(PlantHttpRequest request, CancellationToken cancellationToken)
    {
        var query = QueryText.Parse(request.Query);
        var answer = await IdentifierHttp.HandleAsync(
            Node,
            new IdentifierRequest(request.Method, request.Path, query, new IdentifierPeer(request.Peer.Host, request.Peer.Account)),
            cancellationToken);
        IReadOnlyList<KeyValuePair<string, string>> headers = answer.Location is { } location ? [new("Location", location)] : [];
        return new PlantHttpResponse(answer.Status, headers, answer.ContentType, answer.Body);
    }

    private void Fill(AuthoritativeNode node, IReadOnlyList<IdentifierNodeDefinition> all)
    {
        if (definition.Role == IdentifierRole.Root)
            node.Delegate(Handle.NamingAuthority, $"{definition.Id}:{definition.Port}");
        foreach (var prefix in definition.Prefixes)
            node.Home(prefix);
        foreach (var (prefix, below) in definition.Delegates)
        {
            var target = all.First(n => n.Id == below);
            node.Delegate(prefix, $"{target.Id}:{target.SitePort ?? target.Port}");
        }

        var now = context.ClockOf(definition.Id).GetUtcNow();
        foreach (var handle in definition.Handles)
        {
            foreach (var value in handle.Values)
            {
                node.Put(Handle.Parse(handle.Handle), new HandleValue(
                    value.Index,
                    value.Type,
                    value.Data,
                    TimeSpan.FromSeconds(value.Ttl),
                    now,
                    value.Public ? ValuePermissions.Default : ValuePermissions.AdminRead | ValuePermissions.AdminWrite));
            }
        }
    }

    private static NodeRole RoleOf(IdentifierRole role) => Enum.Parse<NodeRole>(role.ToString());
}
