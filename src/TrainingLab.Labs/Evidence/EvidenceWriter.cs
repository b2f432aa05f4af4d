using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Simulation.Time;

namespace TrainingLab.Labs.Evidence;

/// <summary>What a writer needs besides the file.</summary>
/// <param name="Salts">The attempt's salts.</param>
/// <param name="Key">The installation's key, for seal and marks.</param>
/// <param name="Flusher">The process's flusher.</param>
/// <param name="Wall">Wall time, for the records' second time stamp.</param>
/// <param name="Durability">When an append counts as done.</param>
public sealed record EvidenceOptions(
    EvidenceSalts Salts, InstallationKey Key, EvidenceFlusher Flusher, TimeProvider Wall, DurabilityMode Durability = DurabilityMode.SystemFirst);

/// <summary>Appends records to one attempt's evidence file. Not thread-safe: it belongs to the attempt's serial context.</summary>
public sealed class EvidenceWriter : IAsyncDisposable
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly EvidenceFile file;
    private readonly EvidenceOptions options;
    private readonly EvidenceChain chain;
    private DateTimeOffset lastPlant;

    private EvidenceWriter(EvidenceFile file, EvidenceOptions options, EvidenceChain chain, DateTimeOffset lastPlant)
    {
        this.file = file;
        this.options = options;
        this.chain = chain;
        this.lastPlant = lastPlant;
    }

    /// <summary>Records written so far.</summary>
    public long Records => chain.Records;

    /// <summary>The head of the chain, <c>sha256:…</c>.</summary>
    public string Head => EvidenceHash.Text(chain.Head);

    /// <summary>True when the last record is a seal.</summary>
    public bool IsSealed => chain.IsSealed;

    /// <summary>Starts a new file. Its first record must be <see cref="AttemptBegun"/>.</summary>
    /// <exception cref="IOException">The file exists, or cannot be made.</exception>
    public static EvidenceWriter Create(string path, EvidenceOptions options)
        => new(new EvidenceFile(path, FileMode.CreateNew), options, new EvidenceChain(), default);

    /// <summary>Opens a file to go on, after a stop or a crash: an incomplete last line, which was never acknowledged, is cut off.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">As for the first time; other salts would only make the file less reproducible.</param>
    /// <param name="replay">Called with each record that is there, for example to grade it.</param>
    /// <exception cref="InvalidDataException">A complete record is not intact; the message names it. The file is left as it is.</exception>
    public static EvidenceWriter Open(string path, EvidenceOptions options, Action<EvidenceRecord>? replay = null)
    {
        var plant = default(DateTimeOffset);
        EvidenceWalk walk;
        using (var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        {
            walk = new EvidenceWalk(stream);
            while (walk.Next() is { } record)
            {
                plant = record.Plant;
                replay?.Invoke(record);
            }
        }

        if (walk.Reason is not null && !walk.IsCutShort)
            throw new InvalidDataException($"Record {walk.Chain.Records + 1} is not intact: {walk.Reason}.");

        var file = new EvidenceFile(path, FileMode.Open);
        if (file.Length != walk.Length)
            file.CutTo(walk.Length);
        return new EvidenceWriter(file, options, walk.Chain, plant);
    }

    /// <summary>Appends a record. When the call returns, the operating system has it; when the task completes, it is as durable as
    /// <see cref="EvidenceOptions.Durability"/> says.</summary>
    /// <param name="body">What to write.</param>
    /// <param name="plant">The plant's instant.</param>
    /// <exception cref="InvalidOperationException">The place is wrong: no begin record yet, a second one, or anything but a mark after the seal.</exception>
    /// <exception cref="ArgumentException">The record is longer than a line may be.</exception>
    /// <exception cref="IOException">It could not be written, or an earlier flush failed. The file holds whole records only; do not acknowledge the action.</exception>
    public async ValueTask<EvidenceRecord> AppendAsync(EvidenceBody body, DateTimeOffset plant)
    {
        var record = Append(body, plant);
        await SettleAsync();
        return record;
    }

    /// <summary>Ends the file with the seal: the signature of the installation over everything before it.</summary>
    /// <returns>The seal, on the disk in either mode.</returns>
    public async ValueTask<EvidenceRecord> SealAsync(DateTimeOffset plant)
    {
        var record = Append(new EvidenceSealed(chain.Records + 1, options.Key.PublicKey, options.Key.Fingerprint), plant);
        await options.Flusher.RequestAsync(file, now: true);
        return record;
    }

    /// <summary>Appends a human mark to a sealed or open file; a sealed one is sealed anew.</summary>
    public async ValueTask<IReadOnlyList<EvidenceRecord>> MarkAsync(MarkGiven mark)
    {
        var wasSealed = chain.WasSealed;
        var record = Append(mark with { Key = options.Key.PublicKey }, lastPlant);
        if (wasSealed)
            return [record, await SealAsync(lastPlant)];
        await SettleAsync();
        return [record];
    }

    /// <summary>Completes when everything appended so far is on the disk.</summary>
    public Task FlushAsync() => options.Flusher.RequestAsync(file, now: true);

    private EvidenceRecord Append(EvidenceBody body, DateTimeOffset plant)
    {
        var line = Render(body, plant);
        line = line with { Hash = line.ComputeHead(chain.Head) };
        if (body is EvidenceSealed or MarkGiven)
            line = line with { Signature = options.Key.Sign(line.Hash) };
        var bytes = line.ToBytes();
        if (bytes.Length > EvidenceLine.MaxLength)
            throw new ArgumentException($"The record of kind {body.Kind} is longer than {EvidenceLine.MaxLength} bytes.", nameof(body));

        CheckPlace(body);
        file.Append(bytes);
        lastPlant = plant;
        var record = chain.Accept(line, out var reason);
        return record ?? throw new InvalidOperationException($"The writer wrote what the reader would not take: {reason}.");
    }

    private void CheckPlace(EvidenceBody body)
    {
        if (body is AttemptBegun != (chain.Records == 0))
            throw new InvalidOperationException("The first record, and only the first, is the begin record.");
        if (chain.WasSealed && body is not (MarkGiven or EvidenceSealed))
            throw new InvalidOperationException("The evidence is sealed: only marks may follow.");
    }

    private EvidenceLine Render(EvidenceBody body, DateTimeOffset plant)
    {
        var open = new JsonObject();
        var secret = new JsonObject();
        body.Write(open, secret);
        var number = chain.Records + 1;
        return new EvidenceLine
        {
            Number = number,
            Kind = body.Kind,
            Plant = plant.ToUniversalTime(),
            Wall = options.Wall.GetUtcNow(),
            Public = Bytes(open),
            Salt = options.Salts.Public(number),
            Sealed = secret.Count > 0 ? Bytes(secret) : default(ReadOnlyMemory<byte>?),
            SealedSalt = secret.Count > 0 ? options.Salts.Sealed(number) : null,
        };
    }

    private async ValueTask SettleAsync()
    {
        if (options.Durability == DurabilityMode.SystemFirst)
        {
            _ = options.Flusher.RequestAsync(file, now: false);
            return;
        }

        // The disk is outside the factory: while it works, plant time must not run on.
        var flush = options.Flusher.RequestAsync(file, now: true);
        if (SynchronizationContext.Current is SerialScheduler factory)
            await factory.SuspendWhileAsync(_ => flush);
        else
            await flush;
    }

    private static byte[] Bytes(JsonObject part)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Json))
            part.WriteTo(writer);
        return bytes.ToArray();
    }

    /// <summary>Brings everything to the disk and closes the file. It does not seal.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await options.Flusher.RequestAsync(file, now: true);
        }
        finally
        {
            file.Dispose();
        }
    }
}
