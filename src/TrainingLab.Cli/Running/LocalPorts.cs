using System.Net;
using TrainingLab.Factory;
using TrainingLab.Factory.Ports;

namespace TrainingLab.Cli.Running;

/// <summary>The ports of a factory at the command line, on loopback for whoever is there: HTTP first, then the endpoints, SOCKS5 last.</summary>
internal sealed class LocalPorts : IAsyncDisposable
{
    /// <summary>First port where none is asked for; below every system's ephemeral range.</summary>
    public const int First = 20_000;

    /// <summary>Last port where none is asked for.</summary>
    public const int Last = 29_999;

    private readonly LocalHttp http;
    private readonly PortBlock block;

    private LocalPorts(LocalHttp http, PortBlock block)
    {
        this.http = http;
        this.block = block;
    }

    /// <summary>Address of the HTTP port.</summary>
    public string HttpUrl => http.Url;

    /// <summary>The endpoints with their real ports.</summary>
    public IReadOnlyList<(FactoryEndpoint Endpoint, int Port)> Endpoints => block.Ports;

    /// <summary>Opens the ports: from the asked one on, or the first free block.</summary>
    /// <exception cref="CannotRunException">A port is taken.</exception>
    public static async Task<LocalPorts> OpenAsync(ILocalRun run, string token, int? portBase, CancellationToken cancellationToken)
    {
        var size = PortBlock.Size(run.Factory) + 1;
        if (portBase is { } asked)
        {
            if (asked + size - 1 > IPEndPoint.MaxPort)
                throw new CannotRunException(Language.Say($"{size} ports are needed; from {asked} on there are not that many", $"需要 {size} 个端口；从 {asked} 起不够"));
            try
            {
                return await OpenAtAsync(run, token, asked, cancellationToken);
            }
            catch (IOException e)
            {
                throw new CannotRunException(Language.Say(
                    $"the ports {asked} to {asked + size - 1} are needed: {e.Message}; choose another --port-base", $"需要端口 {asked} 到 {asked + size - 1}：{e.Message}；请换一个 --port-base"));
            }
        }

        for (var first = First; first + size - 1 <= Last; first += size)
        {
            try
            {
                return await OpenAtAsync(run, token, first, cancellationToken);
            }
            catch (IOException)
            {
                // Somebody has one of them: the next block.
            }
        }

        throw new CannotRunException(Language.Say(
            $"there are no {size} free ports in a row from {First} to {Last}; choose a --port-base", $"{First} 到 {Last} 之间没有连续 {size} 个空闲端口；请给出 --port-base"));
    }

    /// <summary>Closes the endpoints; the HTTP port stays, for whoever waits for the scorecard.</summary>
    public ValueTask CloseEndpointsAsync() => block.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await block.DisposeAsync();
        await http.DisposeAsync();
    }

    private static async Task<LocalPorts> OpenAtAsync(ILocalRun run, string token, int first, CancellationToken cancellationToken)
    {
        var block = await PortBlock.OpenAsync(
            run.Factory, IPAddress.Loopback, first == 0 ? 0 : first + 1, _ => LocalAttempt.Student, (_, _) => LocalAttempt.Student, cancellationToken);
        try
        {
            return new LocalPorts(await LocalHttp.OpenAsync(run, token, first, cancellationToken), block);
        }
        catch
        {
            await block.DisposeAsync();
            throw;
        }
    }
}
