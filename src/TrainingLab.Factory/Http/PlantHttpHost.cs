using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrainingLab.Network;

namespace TrainingLab.Factory.Http;

/// <summary>The process's one Kestrel for HTTP inside factories: it listens on no socket and is fed with connections of plant networks.</summary>
/// <remarks>Thread safe; one per process, shared by all factories.</remarks>
public sealed class PlantHttpHost : IAsyncDisposable
{
    /// <summary>Longest request body that a service of the plant accepts, in bytes.</summary>
    public const int MaxBody = 8 * 1024 * 1024;

    /// <summary>Longest body that is still read to its end to be refused in order; beyond it the connection is closed.</summary>
    private const int MaxRefusedBody = 4 * MaxBody;

    /// <summary>Wall time after which a request from inside the plant is given up.</summary>
    private static readonly TimeSpan ExchangeLimit = TimeSpan.FromSeconds(30);

    /// <summary>Wall time for which a socket may go on sending after its connection has been answered for the last time.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);

    private readonly WebApplication application;
    private readonly PlantListener listener;
    private long connections;

    private PlantHttpHost(WebApplication application, PlantListener listener)
    {
        this.application = application;
        this.listener = listener;
    }

    /// <summary>Starts the host.</summary>
    public static async Task<PlantHttpHost> StartAsync(CancellationToken cancellationToken = default)
    {
        var listener = new PlantListener();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRefusedBody;
            kestrel.Listen(PlantEndPoint.Instance);
        });
        builder.Services.AddSingleton<IConnectionListenerFactory>(listener);
        builder.Logging.ClearProviders();
        var application = builder.Build();
        application.Run(AnswerAsync);
        await application.StartAsync(cancellationToken);
        return new PlantHttpHost(application, listener);
    }

    /// <summary>Serves one connection of a plant network until it has ended. Call it on the service's scheduler.</summary>
    public async Task ServeAsync(IDuplexPipe plant, PlantPeer peer, PlantHttpService service, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref connections).ToString(CultureInfo.InvariantCulture);
        var connection = new KestrelConnection(id, service, peer, cancellationToken);
        Exception? failure = null;
        try
        {
            if (!listener.TryAccept(connection))
                throw new IOException("the HTTP server has ended");
            if (connection.FlowsFreely)
                await ServeFreelyAsync(connection, plant, cancellationToken);
            else
                await ServeStandingStillAsync(connection, plant, cancellationToken);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            failure = e;
        }

        connection.Abort();
        await connection.Answers.CompleteAsync();
        await plant.Output.CompleteAsync(failure);
        await plant.Input.CompleteAsync(failure);
    }

    public async ValueTask DisposeAsync()
    {
        await application.StopAsync();
        await application.DisposeAsync();
    }

    /// <summary>A connection from a real socket: bytes pass in both directions as they come.</summary>
    private static async Task ServeFreelyAsync(KestrelConnection connection, IDuplexPipe plant, CancellationToken cancellationToken)
    {
        using var drain = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var answers = PumpAnswersAsync(connection, plant.Output, cancellationToken);
        var requests = PumpRequestsAsync(connection, plant.Input, drain.Token);
        try
        {
            await answers;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            connection.Abort();
#pragma warning disable MA0042 // CancelAsync would run the callbacks on the thread pool, outside the factory's context.
            drain.Cancel();
#pragma warning restore MA0042
        }

        // Kestrel has closed. What the client still sends is thrown away for a while: a reset would take the answer from it.
        using var limit = new CancellationTokenSource(DrainLimit, connection.Service.Wire);
        using var late = limit.Token.Register(drain.Cancel);
        await requests;
    }

    private static async Task PumpRequestsAsync(KestrelConnection connection, PipeReader input, CancellationToken cancellationToken)
    {
        var isWanted = true;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(cancellationToken);
                foreach (var segment in read.Buffer)
                    isWanted = isWanted && await connection.TryWriteAsync(segment, cancellationToken);
                input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted || read.IsCanceled)
                    break;
            }

            connection.CompleteInput();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            connection.Abort();
        }
    }

    private static async Task PumpAnswersAsync(KestrelConnection connection, PipeWriter output, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await connection.Answers.ReadAsync(cancellationToken);
            foreach (var segment in read.Buffer)
                output.Write(segment.Span);
            connection.Answers.AdvanceTo(read.Buffer.End);
            var flush = await output.FlushAsync(cancellationToken);
            if (read.IsCompleted || read.IsCanceled || flush.IsCompleted)
                break;
        }

        await output.CompleteAsync();
    }

    /// <summary>A connection between two machines of the plant: the factory stands still while Kestrel works, so the order stays a function of its inputs.</summary>
    private static async Task ServeStandingStillAsync(KestrelConnection connection, IDuplexPipe plant, CancellationToken cancellationToken)
    {
        var service = connection.Service;
        while (true)
        {
            var read = await plant.Input.ReadAsync(cancellationToken);
            if (!read.Buffer.IsEmpty)
            {
                var bytes = read.Buffer.ToArray();
                plant.Input.AdvanceTo(read.Buffer.End);
                var request = await WhileStandingStillAsync(service, limit => connection.GiveAsync(bytes, limit));
                var ended = await PassAnswersAsync(connection, plant.Output, cancellationToken);
                while (request is not null && !ended)
                {
                    var response = await service.Handle(request, cancellationToken);
                    request = await WhileStandingStillAsync(service, limit => connection.ReplyAsync(response, limit));
                    ended = await PassAnswersAsync(connection, plant.Output, cancellationToken);
                }

                if (ended)
                    return;
            }
            else
            {
                plant.Input.AdvanceTo(read.Buffer.End);
            }

            if (read.IsCompleted || read.IsCanceled)
                return;
        }
    }

    private static ValueTask<PlantHttpRequest?> WhileStandingStillAsync(PlantHttpService service, Func<CancellationToken, Task<PlantHttpRequest?>> exchange) =>
        service.Scheduler.SuspendWhileAsync(async _ =>
        {
            using var limit = new CancellationTokenSource(ExchangeLimit, TimeProvider.System);
            return await exchange(limit.Token);
        });

    /// <summary>Passes on what Kestrel has written; true when it will write no more.</summary>
    private static async ValueTask<bool> PassAnswersAsync(KestrelConnection connection, PipeWriter output, CancellationToken cancellationToken)
    {
        if (!connection.Answers.TryRead(out var read))
            return connection.IsOver;
        foreach (var segment in read.Buffer)
            output.Write(segment.Span);
        connection.Answers.AdvanceTo(read.Buffer.End);
        var flush = await output.FlushAsync(cancellationToken);
        return read.IsCompleted || read.IsCanceled || flush.IsCompleted || connection.IsOver;
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        var connection = context.Features.Get<KestrelConnection>() ?? throw new InvalidOperationException("A request that did not come through a plant network.");
        // Wall time means nothing to a connection inside the plant, which may be frozen.
        if (!connection.FlowsFreely && context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        if (await ReadAsync(context.Request, connection.Peer, context.RequestAborted) is not { } request)
        {
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            context.Response.ContentLength = 0;
            return;
        }

        var service = connection.Service;
        var response = connection.FlowsFreely
            ? await service.Scheduler.InvokeAsync(() => service.Handle(request, connection.Stopping))
            : await connection.AskAsync(request);
        context.Response.StatusCode = response.Status;
        foreach (var (name, value) in response.Headers)
            context.Response.Headers.Append(name, value);
        if (response.ContentType is not null)
            context.Response.ContentType = response.ContentType;
        if (response.Status is 204 or 304)
            return;
        context.Response.ContentLength = response.Body.Length;
        if (!HttpMethods.IsHead(request.Method))
            await context.Response.Body.WriteAsync(response.Body, context.RequestAborted);
    }

    /// <summary>Reads a request; null where its body is too long.</summary>
    private static async Task<PlantHttpRequest?> ReadAsync(HttpRequest request, PlantPeer peer, CancellationToken cancellationToken)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in request.Headers)
            headers[name] = values.ToString();
        var body = new ArrayBufferWriter<byte>();
        var length = 0L;
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            length += read.Buffer.Length;
            if (length <= MaxBody)
            {
                foreach (var segment in read.Buffer)
                    body.Write(segment.Span);
            }

            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }

        if (length > MaxBody)
            return null;
        var query = request.QueryString.Value ?? "";
        return new PlantHttpRequest(
            request.Method,
            PathOf(request),
            query.StartsWith('?') ? query[1..] : query,
            headers,
            body.WrittenMemory,
            peer);
    }

    /// <summary>The path, wholly decoded. Kestrel's own leaves <c>%2F</c> as it is, so that <c>a%2Fb</c> and <c>a%252Fb</c> would look the same.</summary>
    private static string PathOf(HttpRequest request)
    {
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return target.StartsWith('/') ? Uri.UnescapeDataString(target.Split('?')[0]) : request.Path.Value ?? "/";
    }

    private sealed class PlantEndPoint : EndPoint
    {
        public static readonly PlantEndPoint Instance = new();

        public override string ToString() => "plant";
    }

    private sealed class PlantListener : IConnectionListenerFactory, IConnectionListener, IConnectionListenerFactorySelector
    {
        private readonly Channel<ConnectionContext> accepted = Channel.CreateUnbounded<ConnectionContext>();

        public EndPoint EndPoint => PlantEndPoint.Instance;

        public bool TryAccept(KestrelConnection connection) => accepted.Writer.TryWrite(connection);

        public bool CanBind(EndPoint endpoint) => endpoint is PlantEndPoint;

        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => ValueTask.FromResult<IConnectionListener>(this);

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (await accepted.Reader.WaitToReadAsync(cancellationToken))
            {
                if (accepted.Reader.TryRead(out var connection))
                    return connection;
            }

            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            accepted.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
