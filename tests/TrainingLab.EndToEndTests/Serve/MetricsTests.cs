using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TrainingLab.EndToEndTests.Serve;

/// <summary>Metrics as a collector receives them.</summary>
public sealed class MetricsTests
{
    private static readonly string[] Wanted =
        ["traininglab.factories.running", "traininglab.attempts.started", "http.server.request.duration", "kestrel.active_connections", "dotnet.gc.collections"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_collector_hears_of_factories_attempts_and_requests()
    {
        var missing = new ConcurrentDictionary<string, bool>(Wanted.Select(w => KeyValuePair.Create(w, true)), StringComparer.Ordinal);
        var complete = new TaskCompletionSource();
        await using var collector = await StartCollectorAsync(body =>
        {
            // Names stand in the protocol buffers as they are.
            foreach (var name in Wanted.Where(w => body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(w)) >= 0))
                missing.TryRemove(name, out _);
            if (missing.IsEmpty)
                complete.TrySetResult();
        });
        var address = collector.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        await using var server = await ServerProcess.StartAsync(environment: new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = address, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf", ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        });
        using var student = new StudentAtWork();
        student.MoveTo(server.Address);
        await student.Visitor.TryAsync();
        await student.Visitor.StartAttemptAsync("network/vlan-segmentation");

        await complete.Task.WaitAsync(Ct);
    }

    private static async Task<WebApplication> StartCollectorAsync(Action<byte[]> received)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/v1/metrics", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            received(body.ToArray());
        });
        await app.StartAsync(Ct);
        return app;
    }
}
