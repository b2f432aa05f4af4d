using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Web.Attempts;
using TrainingLab.Web.Localisation;

namespace TrainingLab.Web.Api;

/// <summary>A toolbox line.</summary>
internal sealed record ExecRequest(string Command);

/// <summary>A line to complete at a cursor.</summary>
internal sealed record CompleteRequest(string Line, int Cursor);

/// <summary>A topic filter to subscribe, at a quality of service from 0 to 2.</summary>
internal sealed record TopicsRequest(string Filter, int Qos, string? User = null, string? Password = null, bool Tls = false, string? Certificate = null);

/// <summary>An InfluxQL query.</summary>
internal sealed record HistorianRequest(string Query);

/// <summary>What the workspace's tools do, for programs.</summary>
internal static class WorkbenchApi
{
    /// <summary>Longest command line or query, in characters.</summary>
    public const int MaxLine = 8192;

    public static void MapWorkbench(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/attempts/{id}").RequireAuthorization().WithTags("Workbench");
        group.MapPost("/exec", ExecAsync).WithSummary("Run a toolbox command.").Produces<CommandResult>();
        group.MapPost("/complete", CompleteAsync).WithSummary("How a command line can go on.").Produces<CompletionResult>();
        group.MapGet("/switches", async (string id, AttemptAccess access, Visit visit, CancellationToken ct) =>
                await access.FindAsync(id, ct) is { } attempt ? TypedResults.Ok(await attempt.GetSwitchesAsync(ct)) : Problems.NotFound(visit))
            .WithSummary("Switches with their running configuration.").Produces<IReadOnlyList<SwitchView>>();
        group.MapPut("/switches/{name}/ports/{port}", (string id, string name, string port, SwitchPortSettings settings, AttemptAccess access, Visit visit, CancellationToken ct) =>
                AttemptApi.ActAsync(id, access, visit, attempt => attempt.SetSwitchPortAsync(visit.Actor, name, port, settings, ct), ct))
            .WithSummary("Configure a port; running configuration only.").Produces<ActionOutcome>();
        group.MapPost("/switches/{name}/save", (string id, string name, AttemptAccess access, Visit visit, CancellationToken ct) =>
                AttemptApi.ActAsync(id, access, visit, attempt => attempt.SaveSwitchAsync(visit.Actor, name, ct), ct))
            .WithSummary("Save a switch's running configuration.").Produces<ActionOutcome>();
        group.MapGet("/opcua/{server}/nodes", (string id, string server, string? node, AttemptAccess access, Visit visit, CancellationToken ct) =>
                OwnAsync(id, access, visit, attempt => attempt.BrowseAsync(visit.Actor, server, node, ct), ct))
            .WithSummary("Children of a node; without node those of Objects.").Produces<OpcUaBrowseResult>();
        group.MapGet("/opcua/{server}/value", (string id, string server, string node, AttemptAccess access, Visit visit, CancellationToken ct) =>
                OwnAsync(id, access, visit, attempt => attempt.ReadAsync(visit.Actor, server, node, ct), ct))
            .WithSummary("Read a value.").Produces<OpcUaValueView>();
        group.MapGet("/opcua/subscriptions", (string id, AttemptAccess access, Visit visit, CancellationToken ct) =>
                OwnAsync(id, access, visit, attempt => attempt.GetSubscriptionsAsync(ct), ct))
            .WithSummary("Subscriptions that the workspace holds.").Produces<IReadOnlyList<OpcUaSubscriptionView>>();
        group.MapPost("/opcua/{server}/subscriptions", (string id, string server, OpcUaSubscribeRequest request, AttemptAccess access, Visit visit, CancellationToken ct) =>
                OwnAsync(id, access, visit, attempt => attempt.SubscribeAsync(visit.Actor, server, request, ct), ct))
            .WithSummary("Subscribe to a variable; values come in the event stream.").Produces<OpcUaSubscribeResult>();
        group.MapDelete("/opcua/subscriptions/{subscription}", (string id, string subscription, AttemptAccess access, Visit visit, CancellationToken ct) =>
                AttemptApi.ActAsync(id, access, visit, attempt => attempt.UnsubscribeAsync(visit.Actor, subscription, ct), ct))
            .WithSummary("Delete a subscription.").Produces<ActionOutcome>();
        group.MapGet("/mqtt/topics", (string id, AttemptAccess access, Visit visit, CancellationToken ct) =>
                OwnAsync(id, access, visit, attempt => attempt.GetTopicsAsync(ct), ct))
            .WithSummary("Topic filters that the workspace has subscribed, topics with their last values, and broken rules of Sparkplug.").Produces<MqttTopicsView>();
        group.MapGet("/mqtt/topic", (string id, string name, AttemptAccess access, Visit visit, CancellationToken ct) =>
                OwnAsync(id, access, visit, attempt => attempt.GetTopicAsync(name, ct), ct))
            .WithSummary("The last message of a topic, decoded where it is Sparkplug's; null where none came.").Produces<MqttMessageView>();
        group.MapPost("/mqtt/subscriptions", SubscribeTopicsAsync)
            .WithSummary("Subscribe a topic filter; topics come in the event stream. With a login (user, password, tls, certificate) where the broker asks for one.").Produces<ActionOutcome>();
        group.MapDelete("/mqtt/subscriptions", (string id, string filter, AttemptAccess access, Visit visit, CancellationToken ct) =>
                AttemptApi.ActAsync(id, access, visit, attempt => attempt.UnsubscribeTopicsAsync(visit.Actor, filter, ct), ct))
            .WithSummary("End the subscription of a topic filter.").Produces<ActionOutcome>();
        group.MapPost("/historian/query", (string id, HistorianRequest request, AttemptAccess access, Visit visit, CancellationToken ct) =>
                request.Query is { Length: > 0 and <= MaxLine }
                    ? OwnAsync(id, access, visit, attempt => attempt.QueryAsync(visit.Actor, request.Query, ct), ct)
                    : Task.FromResult(Problems.Invalid(visit, Texts.LineTooLong)))
            .WithSummary("Run one InfluxQL query.").Produces<HistorianResult>();
    }

    private static async Task<IResult> OwnAsync<T>(string id, AttemptAccess access, Visit visit, Func<IAttempt, Task<T>> use, CancellationToken cancellationToken) =>
        await access.FindOwnAsync(id, cancellationToken) is { } attempt ? TypedResults.Ok(await use(attempt)) : Problems.NotFound(visit);

    private static Task<IResult> SubscribeTopicsAsync(string id, TopicsRequest request, AttemptAccess access, Visit visit, CancellationToken ct)
    {
        var login = MqttLogin.Of(request.User, request.Password, request.Tls, request.Certificate);
        return login is { IsBounded: false }
            ? Task.FromResult(Problems.Invalid(visit, Texts.LoginTooLong))
            : AttemptApi.ActAsync(id, access, visit, attempt => attempt.SubscribeTopicsAsync(visit.Actor, request.Filter, Math.Clamp(request.Qos, 0, 2), login, ct), ct);
    }

    private static Task<IResult> ExecAsync(string id, ExecRequest request, AttemptAccess access, Visit visit, CancellationToken cancellationToken) =>
        request.Command is { Length: > 0 and <= MaxLine }
            ? OwnAsync(id, access, visit, attempt => attempt.ExecAsync(visit.Actor, request.Command, cancellationToken), cancellationToken)
            : Task.FromResult(Problems.Invalid(visit, Texts.LineTooLong));

    private static Task<IResult> CompleteAsync(string id, CompleteRequest request, AttemptAccess access, Visit visit, CancellationToken cancellationToken) =>
        request.Line is { Length: <= MaxLine } line && request.Cursor >= 0 && request.Cursor <= line.Length
            ? OwnAsync(id, access, visit, attempt => attempt.CompleteAsync(line, request.Cursor, cancellationToken), cancellationToken)
            : Task.FromResult(Problems.Invalid(visit, Texts.LineTooLong));
}
