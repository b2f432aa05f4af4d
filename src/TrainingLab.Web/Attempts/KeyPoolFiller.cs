using Microsoft.Extensions.Hosting;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.Web.Attempts;

/// <summary>Makes RSA keys for emulated machines before anybody needs them, outside every factory.</summary>
internal sealed class KeyPoolFiller(TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host's start goes on meanwhile.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            if (!RsaKeyPool.Shared.FillOne())
                await Task.Delay(Rest, time, stoppingToken);
        }
    }
}
