using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Actions;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Factory.Networks;
using TrainingLab.Factory.Http;
using TrainingLab.TimeSeries.Http;
using TrainingLab.TimeSeries.InfluxQl;
using TrainingLab.TimeSeries.LineProtocol;
using TrainingLab.TimeSeries.Store;

namespace TrainingLab.Factory.Services;

/// <summary>The plant's historian on its node, as InfluxDB 1.x speaks.</summary>
public sealed class HistorianService : IFactoryComponent, IHistorianObserver
{
    private readonly HistorianDefinition definition;
    private readonly FactoryContext context;
    private readonly HistorianServer server;

    public HistorianService(HistorianDefinition definition, FactoryContext context)
    {
        this.definition = definition;
        this.context = context;
        var time = context.ClockOf(definition.Id);
        Store = new TimeSeriesStore(time);
        Store.CreateDatabase(definition.Database);
        server = new HistorianServer(Store, time, options: null, this);
        Engine = new InfluxQlEngine(Store, time);
    }

    /// <inheritdoc/>
    public string Name => $"historian/{definition.Id}";

    /// <summary>Its store.</summary>
    public TimeSeriesStore Store { get; }

    /// <summary>Queries from the program itself: ground truth and state checks.</summary>
    public InfluxQlEngine Engine { get; }

    /// <summary>Database that exists from the start.</summary>
    public string Database => definition.Database;

    /// <inheritdoc/>
    public void Start() => context.ListenHttp(definition.Id, definition.Port, HandleAsync);

    /// <inheritdoc/>
    public JsonNode Save() => Store.Save();

    /// <inheritdoc/>
    public void Load(JsonNode state) => Store.Load(state);

    /// <inheritdoc/>
    public ValueTask ApplyAsync(JsonObject payload)
    {
        if ((string?)payload["statement"] is { } statement)
            Engine.Execute(statement, (string?)payload["database"]);
        else
            Store.Write((string)payload["database"]!, Convert.FromBase64String((string)payload["lines"]!), (Precision)(int)payload["precision"]!);
        return ValueTask.CompletedTask;
    }

    /// <summary>Reads <c>databases</c>.</summary>
    public JsonNode? Read(ReadOnlySpan<string> path) =>
        path is ["databases"] ? new JsonArray([.. Store.DatabaseNames.Select(n => (JsonNode)JsonValue.Create(n)!)]) : null;

    private async ValueTask<PlantHttpResponse> HandleAsync(PlantHttpRequest request, CancellationToken cancellationToken)
    {
        var peer = request.Peer;
        var response = await server.HandleAsync(
            new HistorianRequest(request.Method, request.Path, request.Query, request.Headers, request.Body, new HistorianPeer(peer.Host, PlantPeers.AddressOf(peer), peer.Account)),
            cancellationToken);
        return new PlantHttpResponse(response.Status, response.Headers, response.ContentType, response.Body);
    }

    ValueTask IHistorianObserver.WriteAsync(HistorianWrite write, CancellationToken cancellationToken) => write.Peer.Account is null
        ? ValueTask.CompletedTask
        : context.ChangedAsync(
            PlantPeers.Read(write.Peer.Node, write.Peer.Address, write.Peer.Account),
            "historian",
            "write",
            $"{definition.Id}/{write.Database}",
            write.Status.ToString(CultureInfo.InvariantCulture),
            new JsonObject { ["accepted"] = write.Accepted, ["rejected"] = write.Rejected, ["lines"] = Encoding.UTF8.GetString(write.Body.Span[..Math.Min(write.Body.Length, 4096)]) },
            write.Accepted == 0 ? null : new FactoryInput(Name, new JsonObject
            {
                ["database"] = write.Database,
                ["lines"] = Convert.ToBase64String(write.Body.Span),
                ["precision"] = (int)write.Precision,
            }));

    ValueTask IHistorianObserver.ChangeAsync(HistorianChange change, CancellationToken cancellationToken) => change.Peer.Account is null
        ? ValueTask.CompletedTask
        : context.ChangedAsync(
            PlantPeers.Read(change.Peer.Node, change.Peer.Address, change.Peer.Account),
            "historian",
            "statement",
            $"{definition.Id}/{change.Database}",
            change.Error ?? "ok",
            new JsonObject { ["statement"] = change.Statement },
            change.Error is not null ? null : new FactoryInput(Name, new JsonObject { ["database"] = change.Database, ["statement"] = change.Statement }));

    void IHistorianObserver.Query(HistorianQuery query)
    {
        if (query.Peer.Account is not null)
        {
            context.Observed(
                PlantPeers.Read(query.Peer.Node, query.Peer.Address, query.Peer.Account),
                "historian",
                "query",
                $"{definition.Id}/{query.Database}",
                query.Error ?? query.Status.ToString(CultureInfo.InvariantCulture),
                new JsonObject { ["query"] = query.Text });
        }
    }
}
