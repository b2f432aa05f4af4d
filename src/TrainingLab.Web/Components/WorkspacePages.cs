using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Web.Attempts;
using TrainingLab.Web.Components.Pages;
using TrainingLab.Web.Components.Workspace;
using TrainingLab.Web.Localisation;
using TrainingLab.Web.Security;
using static TrainingLab.Web.Components.PageEndpoints;

namespace TrainingLab.Web.Components;

/// <summary>The workspace: its page, the fragments that htmx puts into it, and its forms. Forms also work without scripts: then they lead back to the page.</summary>
internal static class WorkspacePages
{
    private const double MinIntervalMs = 10;
    private const double MaxIntervalMs = 3_600_000;
    private const int MaxFilter = 512;
    private const string StartedOver = "start-over";

    public static void MapWorkspace(this IEndpointRouteBuilder pages)
    {
        pages.MapPost("/attempts", StartAsync);
        var attempt = pages.MapGroup("/attempts/{id}");
        attempt.MapGet("", async (string id, string? done, AttemptAccess access, CancellationToken ct) =>
            await access.FindAsync(id, ct) is { } found ? Page<WorkspacePage>(new { Attempt = found, Message = done == StartedOver ? new ActionOutcome(true, Texts.StartedOver) : null }) : Results.NotFound());
        attempt.MapGet("/scorecard", Read((attempt, _, _) => Shown(Page<ScorecardPage>(new { Attempt = attempt }))));
        attempt.MapGet("/live", Read((attempt, _, _) => Shown(Page<LiveParts>(new { Attempt = attempt }))));
        attempt.MapGet("/endpoints", Own(async (attempt, _, _, ct) => Page<EndpointList>(new { AttemptId = attempt.Id, Endpoints = await attempt.GetEndpointsAsync(ct) })));
        attempt.MapGet("/switches", Read(async (attempt, access, ct) =>
            Page<SwitchForms>(new { Attempt = attempt, Switches = await attempt.GetSwitchesAsync(ct), CanAct = access.IsMember(attempt) && attempt.Summary.State != AttemptState.HandedIn })));
        attempt.MapPost("/switches/{name}/ports/{port}", Own(SetPortAsync));
        attempt.MapPost("/switches/{name}/save", Own(async (attempt, context, visit, ct) =>
            await SwitchesAsync(context, attempt, await attempt.SaveSwitchAsync(visit.Actor, Route(context, "name"), ct), ct)));
        attempt.MapPost("/answers/{question}", Own(AnswerAsync));
        attempt.MapPost("/hints/{hint}", Own(TakeHintAsync));
        attempt.MapPost("/start-over", Own(StartOverAsync));
        attempt.MapPost("/hand-in", Own(HandInAsync));
        attempt.MapGet("/opcua/nodes", Own(BrowseAsync));
        attempt.MapGet("/opcua/value", Own(ReadValueAsync));
        attempt.MapGet("/opcua/subscriptions", Own((attempt, _, _, ct) => SubscriptionsAsync(attempt, null, ct)));
        attempt.MapPost("/opcua/subscriptions", Own(SubscribeAsync));
        attempt.MapPost("/opcua/subscriptions/{subscription}/delete", Own(async (attempt, context, visit, ct) =>
        {
            var outcome = await attempt.UnsubscribeAsync(visit.Actor, Route(context, "subscription"), ct);
            return await SubscriptionsAsync(attempt, outcome.Done ? null : visit[outcome.Message], ct);
        }));
        attempt.MapGet("/mqtt/topics", Own((attempt, _, _, ct) => TopicsAsync(attempt, null, ct)));
        attempt.MapGet("/mqtt/topic", Own(async (attempt, context, _, ct) =>
            await attempt.GetTopicAsync(context.Request.Query["name"].ToString(), ct) is { } message ? Page<MqttTopicMessage>(new { AttemptId = attempt.Id, Message = message }) : Results.Content("", "text/html")));
        attempt.MapPost("/mqtt/subscriptions", Own(SubscribeTopicsAsync));
        attempt.MapPost("/mqtt/subscriptions/delete", Own(UnsubscribeTopicsAsync));
        attempt.MapPost("/historian", Own(QueryAsync));
    }

    private static Task<IResult> Shown(IResult result) => Task.FromResult(result);

    private static Delegate Read(Func<IAttempt, AttemptAccess, CancellationToken, Task<IResult>> show) =>
        async (string id, AttemptAccess access, CancellationToken ct) => await access.FindAsync(id, ct) is { } attempt ? await show(attempt, access, ct) : Results.NotFound();

    private static Delegate Own(Func<IAttempt, HttpContext, Visit, CancellationToken, Task<IResult>> act) =>
        async (string id, HttpContext context, AttemptAccess access, Visit visit, CancellationToken ct) =>
            await access.FindOwnAsync(id, ct) is { } attempt ? await act(attempt, context, visit, ct) : Results.NotFound();

    private static string Route(HttpContext context, string name) => context.Request.RouteValues[name] as string ?? "";

    private static bool IsPlain(HttpContext context) => !Surface.IsFragment(context.Request);

    private static IResult Back(IAttempt attempt) => Results.Redirect("/attempts/" + attempt.Id);

    private static async Task<IResult> StartAsync(HttpContext context, IFormCollection form, AttemptStarter starter, ILabCatalogue labs, Visit visit)
    {
        var lab = form["lab"].ToString();
        var members = form["members"].ToString().Split([',', '，', '、', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var seed = visit.IsInstructor && long.TryParse(form["seed"], NumberStyles.None, CultureInfo.InvariantCulture, out var chosen) ? chosen : (long?)null;
        var (attempt, refusal) = await starter.StartAsync(lab, members, seed, context.RequestAborted);
        if (attempt is not null)
            return Back(attempt);
        return labs.Find(lab) is { } found ? Page<LabPage>(new { Lab = found, Message = refusal }, StatusCodes.Status400BadRequest) : Results.NotFound();
    }

    private static async Task<IResult> SetPortAsync(IAttempt attempt, HttpContext context, Visit visit, CancellationToken cancellationToken)
    {
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var trunk = form["mode"].ToString() == "trunk";
        var (access, native, allowed) = (VlanList.ParseOne(form["access-vlan"]), VlanList.ParseOne(form["native-vlan"]), VlanList.Parse(form["trunk-vlans"]));
        ActionOutcome outcome;
        if (access is null || native is null || allowed is null)
            outcome = new ActionOutcome(false, Texts.VlanInvalid);
        else
            outcome = await attempt.SetSwitchPortAsync(visit.Actor, Route(context, "name"), Route(context, "port"),
                new SwitchPortSettings(form["enabled"].ToString() == "true", trunk, access.Value, native.Value, allowed), cancellationToken);
        return await SwitchesAsync(context, attempt, outcome, cancellationToken);
    }

    private static async Task<IResult> SwitchesAsync(HttpContext context, IAttempt attempt, ActionOutcome outcome, CancellationToken cancellationToken) =>
        IsPlain(context)
            ? Page<WorkspacePage>(new { Attempt = attempt, Message = outcome })
            : Page<SwitchForms>(new { Attempt = attempt, Switches = await attempt.GetSwitchesAsync(cancellationToken), Message = outcome, CanAct = true });

    private static async Task<IResult> AnswerAsync(IAttempt attempt, HttpContext context, Visit visit, CancellationToken cancellationToken)
    {
        var question = Route(context, "question");
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var outcome = await attempt.AnswerAsync(visit.Actor, question, form["value"].ToString(), cancellationToken);
        if (IsPlain(context))
            return Page<WorkspacePage>(new { Attempt = attempt, Message = outcome });
        var answer = (await attempt.GetAnswersAsync(cancellationToken)).FirstOrDefault(a => a.Question.Id == question);
        return answer is null ? Results.NotFound() : Page<GivenAnswer>(new { Answer = answer, Refusal = outcome.Done ? null : outcome.Message });
    }

    private static async Task<IResult> TakeHintAsync(IAttempt attempt, HttpContext context, Visit visit, CancellationToken cancellationToken)
    {
        var id = Route(context, "hint");
        var outcome = await attempt.TakeHintAsync(visit.Actor, id, cancellationToken);
        if (IsPlain(context))
            return Page<WorkspacePage>(new { Attempt = attempt, Message = outcome });
        var hints = await attempt.GetHintsAsync(cancellationToken);
        return hints.FirstOrDefault(h => h.Id == id) is { } hint
            ? Page<TaskHints>(new { AttemptId = attempt.Id, hint.Task, Hints = hints, CanAct = true })
            : Results.NotFound();
    }

    private static async Task<IResult> StartOverAsync(IAttempt attempt, HttpContext context, Visit visit, CancellationToken cancellationToken)
    {
        var outcome = await attempt.StartOverAsync(visit.Actor, cancellationToken);
        return outcome.Done ? Results.Redirect($"/attempts/{attempt.Id}?done={StartedOver}") : Page<WorkspacePage>(new { Attempt = attempt, Message = outcome });
    }

    private static async Task<IResult> HandInAsync(IAttempt attempt, HttpContext context, Visit visit, CancellationToken cancellationToken)
    {
        var outcome = await attempt.HandInAsync(visit.Actor, cancellationToken);
        return outcome.Done ? Results.Redirect($"/attempts/{attempt.Id}/scorecard") : Page<WorkspacePage>(new { Attempt = attempt, Message = outcome });
    }

    private static async Task<IResult> BrowseAsync(IAttempt attempt, HttpContext context, Visit visit, CancellationToken cancellationToken)
    {
        var (server, node) = (context.Request.Query["server"].ToString(), context.Request.Query["node"].ToString());
        var result = await attempt.BrowseAsync(visit.Actor, server, node.Length == 0 ? null : node, cancellationToken);
        return Page<OpcUaNodes>(new { AttemptId = attempt.Id, Server = server, Result = result });
    }

    private static async Task<IResult> ReadValueAsync(IAttempt attempt, HttpContext context, Visit visit, CancellationToken cancellationToken)
    {
        var (server, node) = (context.Request.Query["server"].ToString(), context.Request.Query["node"].ToString());
        return Page<OpcUaValue>(new { AttemptId = attempt.Id, Value = await attempt.ReadAsync(visit.Actor, server, node, cancellationToken) });
    }

    private static async Task<IResult> SubscribeAsync(IAttempt attempt, HttpContext context, Visit visit, CancellationToken cancellationToken)
    {
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var (publishing, sampling, deadband) = (Decimal(form["publishing"]), Decimal(form["sampling"]), Decimal(form["deadband"]));
        var kind = form["deadband-kind"].ToString();
        string? refusal;
        if (publishing is not (>= MinIntervalMs and <= MaxIntervalMs) || sampling is not (>= MinIntervalMs and <= MaxIntervalMs) ||
            deadband is not >= 0 || (kind == "percent" && deadband > 100) || kind is not ("none" or "absolute" or "percent"))
        {
            refusal = visit[Texts.SubscribeInvalid];
        }
        else
        {
            var request = new OpcUaSubscribeRequest(form["node"].ToString(), publishing.Value, sampling.Value, kind, deadband.Value);
            var result = await attempt.SubscribeAsync(visit.Actor, form["server"].ToString(), request, cancellationToken);
            refusal = result.Subscription is null ? visit.Format(Texts.SubscribeRefused, result.Status) : null;
        }

        return IsPlain(context) ? Back(attempt) : await SubscriptionsAsync(attempt, refusal, cancellationToken);
    }

    private static async Task<IResult> SubscriptionsAsync(IAttempt attempt, string? refusal, CancellationToken cancellationToken) =>
        Page<OpcUaSubscriptions>(new { Attempt = attempt, Subscriptions = await attempt.GetSubscriptionsAsync(cancellationToken), Refusal = refusal });

    private static async Task<IResult> SubscribeTopicsAsync(IAttempt attempt, HttpContext context, Visit visit, CancellationToken cancellationToken)
    {
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var (filter, qos) = (form["filter"].ToString().Trim(), form["qos"].ToString());
        var login = MqttLogin.Of(form["user"], form["password"], form["tls"].ToString() == "true", form["certificate"]);
        ActionOutcome outcome;
        if (filter.Length is 0 or > MaxFilter || qos is not ("0" or "1" or "2"))
            outcome = new ActionOutcome(false, Texts.TopicFilterInvalid);
        else if (login is { IsBounded: false })
            outcome = new ActionOutcome(false, Texts.LoginTooLong);
        else
            outcome = await attempt.SubscribeTopicsAsync(visit.Actor, filter, qos[0] - '0', login, cancellationToken);
        return IsPlain(context) ? Back(attempt) : await TopicsAsync(attempt, outcome.Done ? null : visit[outcome.Message], cancellationToken);
    }

    private static async Task<IResult> UnsubscribeTopicsAsync(IAttempt attempt, HttpContext context, Visit visit, CancellationToken cancellationToken)
    {
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var outcome = await attempt.UnsubscribeTopicsAsync(visit.Actor, form["filter"].ToString(), cancellationToken);
        return IsPlain(context) ? Back(attempt) : await TopicsAsync(attempt, outcome.Done ? null : visit[outcome.Message], cancellationToken);
    }

    private static async Task<IResult> TopicsAsync(IAttempt attempt, string? refusal, CancellationToken cancellationToken) =>
        Page<MqttTopics>(new { AttemptId = attempt.Id, View = await attempt.GetTopicsAsync(cancellationToken), Refusal = refusal });

    private static async Task<IResult> QueryAsync(IAttempt attempt, HttpContext context, Visit visit, CancellationToken cancellationToken)
    {
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var query = form["query"].ToString();
        var result = query.Length is 0 or > Api.WorkbenchApi.MaxLine
            ? new HistorianResult([], visit[Texts.LineTooLong])
            : await attempt.QueryAsync(visit.Actor, query, cancellationToken);
        return Page<HistorianRows>(new { Result = result });
    }

    // A decimal comma and full-width digits are what a Chinese or European keyboard gives.
    private static double? Decimal(string? text) =>
        double.TryParse((text ?? "").Normalize(NormalizationForm.FormKC).Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;
}
