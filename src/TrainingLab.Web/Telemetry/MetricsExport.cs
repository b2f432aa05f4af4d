using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace TrainingLab.Web.Telemetry;

/// <summary>
/// Sends metrics by OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says so, and nowhere without it. The other variables of the
/// OpenTelemetry specification hold too: protocol, headers, interval, service name.
/// </summary>
internal sealed class MetricsExport : IHostedService, IDisposable
{
    /// <summary>Switches it on.</summary>
    public const string Variable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // The runtime's and ASP.NET Core's own meters need no instrumentation package.
    private static readonly string[] Meters = [AttemptMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    private MeterProvider? _provider;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)))
            return Task.CompletedTask;
        _provider = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("traininglab").AddTelemetrySdk().AddEnvironmentVariableDetector())
            .AddMeter(Meters)
            .AddOtlpExporter()
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _provider?.Shutdown(2000);
        return Task.CompletedTask;
    }

    public void Dispose() => _provider?.Dispose();
}
