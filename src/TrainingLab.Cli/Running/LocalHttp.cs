using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Attempts.Contracts;

namespace TrainingLab.Cli.Running;

/// <summary>
/// The HTTP port of a factory at the command line: its HTTP services under <c>/a/{id}/{service}/…</c> for whoever is on this machine, and the part of
/// the web application's API that <c>lab exec</c> uses, for whoever has the token.
/// </summary>
internal sealed class LocalHttp : IAsyncDisposable
{
    /// <summary>Longest toolbox line, in characters, as in the web application.</summary>
    private const int MaxLine = 8192;

    /// <summary>What a factory serves is a student's, and may be anything: it gets no scripts and no origin. The consoles of switches have forms.</summary>
    private const string SandboxPolicy = "sandbox allow-forms; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    private static readonly HashSet<string> NotForwarded = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Length", "Cookie", "Host", "Keep-Alive", "Set-Cookie", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Content-Security-Policy",
    };

    private readonly WebApplication application;
    private readonly ILocalRun run;
    private readonly byte[] token;

    private LocalHttp(WebApplication application, ILocalRun run, string token)
    {
        this.application = application;
        this.run = run;
        this.token = Encoding.UTF8.GetBytes(token);
    }

    /// <summary>Address of the port.</summary>
    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}");

    private int Port => new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    /// <summary>Opens the port on loopback.</summary>
    /// <param name="run">What runs.</param>
    /// <param name="token">Bearer token of the API.</param>
    /// <param name="port">Port; 0 takes any.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<LocalHttp> OpenAsync(ILocalRun run, string token, int port, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = ServiceRequest.MaxBody;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(5));
        var http = new LocalHttp(builder.Build(), run, token);
        http.Map();
        try
        {
            await http.application.StartAsync(cancellationToken);
            return http;
        }
        catch
        {
            await http.application.DisposeAsync();
            throw;
        }
    }

    /// <summary>Closes the port once everybody has his answer: whoever asked to hand in still waits for the scorecard.</summary>
    public async ValueTask DisposeAsync()
    {
        await application.StopAsync();
        await application.DisposeAsync();
    }

    private void Map()
    {
        // A page elsewhere whose name is pointed at loopback is another host (DNS rebinding).
        application.Use((context, next) => context.Request.Host.Host is "127.0.0.1" or "localhost" ? next(context) : Refuse(context, StatusCodes.Status421MisdirectedRequest));
        var api = application.MapGroup($"/api/v1/attempts/{run.Id}");
        api.AddEndpointFilter(async (call, next) => HasToken(call.HttpContext) ? await next(call) : Results.Unauthorized());
        api.MapGet("", () => Results.Json(new { id = run.Id }));
        api.MapPost("/exec", ExecAsync);
        api.MapGet("/scorecard", async () => Scorecard(await run.ScorecardAsync()));
        api.MapPost("/submit", async () => Scorecard(await run.HandInAsync()));
        application.Map($"/a/{run.Id}/{{service}}/{{**path}}", ForwardAsync);
        application.Map($"/a/{run.Id}/{{service}}", ForwardAsync);
    }

    private static Task Refuse(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private bool HasToken(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(header[7..]), token);
    }

    private async Task<IResult> ExecAsync(ExecRequest request, CancellationToken cancellationToken) =>
        request.Command is { Length: > 0 and <= MaxLine }
            ? Results.Json(await run.ExecAsync(request.Command, cancellationToken))
            : Results.Problem($"A command line has 1 to {MaxLine} characters.", statusCode: StatusCodes.Status400BadRequest);

    private static IResult Scorecard(string? card) =>
        card is null ? Results.Problem("Nothing is graded here.", statusCode: StatusCodes.Status404NotFound) : Results.Text(card, "application/json", Encoding.UTF8);

    private async Task<IResult> ForwardAsync(HttpContext context, string service)
    {
        var cancellationToken = context.RequestAborted;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, cancellationToken);
        var headers = context.Request.Headers.Where(h => !NotForwarded.Contains(h.Key)).SelectMany(h => h.Value.Select(v => KeyValuePair.Create(h.Key, v ?? ""))).ToList();
        var request = new ServiceRequest(service, context.Request.Method, RestOf(context, service), headers, body.ToArray());
        var factory = run.Factory;
        var answer = await factory.Context.Scheduler.InvokeAsync(
            () => new ValueTask<ServiceResponse?>(ServiceForwarder.ForwardAsync(factory, LocalAttempt.Student, request, cancellationToken)));
        if (answer is null)
        {
            var services = factory.Endpoints.Where(e => e.Protocol == Factory.EndpointProtocol.Http).Select(e => e.Name);
            return Results.Problem($"This factory has no service '{service}'. It has: {string.Join(", ", services)}.", statusCode: StatusCodes.Status404NotFound);
        }

        context.Response.StatusCode = answer.Status;
        context.Response.Headers.ContentSecurityPolicy = SandboxPolicy;
        foreach (var (name, value) in answer.Headers.Where(h => !NotForwarded.Contains(h.Key)))
            context.Response.Headers.Append(name, value);
        await context.Response.Body.WriteAsync(answer.Body, cancellationToken);
        return Results.Empty;
    }

    // The path as sent: a decoded %2F would be another path to the service.
    private string RestOf(HttpContext context, string service)
    {
        var sent = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var prefix = $"/a/{run.Id}/{service}";
        var rest = sent.StartsWith(prefix, StringComparison.Ordinal) ? sent[prefix.Length..] : "";
        return rest.StartsWith('/') ? rest : "/" + rest;
    }

    /// <summary>A toolbox line, as the web application's API takes it.</summary>
    internal sealed record ExecRequest(string Command);
}
