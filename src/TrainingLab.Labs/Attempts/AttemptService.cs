using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Threading.Channels;
using TrainingLab.Factory;
using TrainingLab.Factory.Ports;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Records;

namespace TrainingLab.Labs.Attempts;

/// <summary>Makes, keeps and finds the attempts of this process. Thread safe.</summary>
public sealed class AttemptService : IAttemptService, IAsyncDisposable
{
    /// <summary>Alphabet of attempt ids and tokens: nothing that looks like something else.</summary>
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";

    private readonly AttemptIndex index;
    private readonly ISignedInAddresses signedIn;
    private readonly ConcurrentDictionary<string, Attempt> attempts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, Channel<AttemptSummary>> watchers = new();
    private readonly SemaphoreSlim portGate = new(1, 1);
    private readonly CancellationTokenSource stopping = new();
    private readonly Task tending;
    private bool isDisposed;

    public AttemptService(LabsEnvironment environment, AttemptIndex index, ISignedInAddresses signedIn, AttemptOptions options)
    {
        Environment = environment;
        Options = options;
        this.index = index;
        this.signedIn = signedIn;
        tending = TendAsync();
    }

    internal LabsEnvironment Environment { get; }

    internal AttemptOptions Options { get; }

    internal DateTimeOffset Now => Environment.Wall.GetUtcNow();

    /// <inheritdoc/>
    public async Task<IAttempt> CreateAsync(AttemptRequest request, CancellationToken cancellationToken)
    {
        var source = Environment.Catalog.Labs.GetValueOrDefault(request.Lab) ?? throw new KeyNotFoundException($"there is no lab {request.Lab}");
        var id = RandomNumberGenerator.GetString(Letters, 8);
        var seed = request.Seed ?? DrawSeed();
        var record = new AttemptRecord
        {
            Id = id,
            Lab = request.Lab,
            LabVersion = source.Bundle.Version,
            Seed = seed,
            State = AttemptState.Running,
            Token = RandomNumberGenerator.GetString(Letters, 20),
            StartedAt = Now,
            Max = source.Outline?.Points ?? 0,
            Members = [.. request.Members.Select((m, i) => new AttemptMember { AttemptId = id, AccountId = m.Account, Position = i })],
        };
        var attempt = new Attempt(record, this);
        await attempt.BeginAsync(new AttemptPlan(id, source, seed, [.. request.Members.Select(m => new AttemptStudent(m.Account, m.Name))], IsLive: true));
        await index.AddAsync(record, cancellationToken);
        attempts[id] = attempt;
        Tell(record);
        return attempt;
    }

    /// <inheritdoc/>
    public async Task<IAttempt?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!attempts.TryGetValue(id, out var attempt))
        {
            if (await index.FindAsync(id, cancellationToken) is not { } record)
                return null;
            attempt = attempts.GetOrAdd(id, _ => new Attempt(record, this));
        }

        await attempt.SettleAsync();
        return attempt;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AttemptSummary>> ListAsync(AttemptFilter filter, CancellationToken cancellationToken)
    {
        var records = await index.ListAsync(filter, cancellationToken);
        return [.. records.Select(r => attempts.TryGetValue(r.Id, out var live) ? live.Summary : r.ToSummary())];
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<AttemptSummary> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var key = Guid.NewGuid();
        var channel = Channel.CreateBounded<AttemptSummary>(new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropOldest });
        watchers[key] = channel;
        try
        {
            await foreach (var summary in channel.Reader.ReadAllAsync(cancellationToken))
                yield return summary;
        }
        finally
        {
            watchers.TryRemove(key, out _);
        }
    }

    /// <summary>Ends every running attempt; a second call does nothing, as a container may know the service by two names.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, true))
            return;
        await stopping.CancelAsync();
        await tending;
        foreach (var attempt in attempts.Values)
            await attempt.DisposeAsync();
        stopping.Dispose();
    }

    /// <summary>Tells everybody who watches the class.</summary>
    internal void Tell(AttemptRecord record)
    {
        var summary = record.ToSummary();
        foreach (var channel in watchers.Values)
            channel.Writer.TryWrite(summary);
    }

    /// <summary>Writes a record into the index.</summary>
    internal async Task SavedAsync(AttemptRecord record)
    {
        await index.UpdateAsync(
            record.Id,
            kept =>
            {
                kept.State = record.State;
                kept.PortBase = record.PortBase;
                kept.LastAction = record.LastAction;
                kept.LastActionAt = record.LastActionAt;
                kept.Score = record.Score;
                kept.Max = record.Max;
                kept.Passed = record.Passed;
            },
            CancellationToken.None);
        Tell(record);
    }

    /// <summary>Opens the ports of an attempt: its own from before, or the first block that is free.</summary>
    internal async Task<PortBlock?> OpenPortsAsync(RunningFactory factory, AttemptRecord record, IReadOnlyList<string> members)
    {
        string? Guard(IPAddress remote) => members.FirstOrDefault(m => signedIn.IsSignedIn([m], remote));
        string? Socks(string user, string password) =>
            user == record.Id && record.Token is { } token && CryptographicOperations.FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(token), System.Text.Encoding.UTF8.GetBytes(password)) ? members[0] : null;
        await portGate.WaitAsync();
        try
        {
            var size = PortBlock.Size(factory);
            if (record.PortBase > 0 && await TryOpenAsync(record.PortBase) is { } same)
                return same;
            var taken = (await index.ListAsync(new AttemptFilter(), CancellationToken.None)).Where(r => r.State != AttemptState.HandedIn).Select(r => r.PortBase).ToHashSet();
            taken.UnionWith(attempts.Values.Select(a => a.PortBase));
            for (var first = Options.FirstPort; first + size - 1 <= Options.LastPort; first += size)
            {
                if (!taken.Any(t => t > 0 && Math.Abs(t - first) < size) && await TryOpenAsync(first) is { } block)
                {
                    record.PortBase = first;
                    return block;
                }
            }

            return null;
        }
        finally
        {
            portGate.Release();
        }

        async Task<PortBlock?> TryOpenAsync(int first)
        {
            try
            {
                return await PortBlock.OpenAsync(factory, Options.ListenAddress, first, Guard, Socks, CancellationToken.None);
            }
            catch (IOException)
            {
                return null;
            }
        }
    }

    private async Task TendAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5), Environment.Wall);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token))
            {
                foreach (var attempt in attempts.Values)
                    await attempt.TendAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
    }

    /// <summary>A seed that nobody finds by trying all of them against a value that it draws, such as a serial number. 53 bits, which a JSON number holds in any language.</summary>
    private static long DrawSeed() => BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long))) & ((1L << 53) - 1);
}
