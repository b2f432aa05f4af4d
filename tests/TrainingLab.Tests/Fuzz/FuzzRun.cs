using System.Diagnostics;
using System.Globalization;

namespace TrainingLab.Tests.Fuzz;

/// <summary>
/// Feeds a decoder changed inputs and holds it to what every decoder promises: nothing but the protocol's own error leaves it, it allocates no more than its input allows, and
/// what it accepts is written and read back the same.
/// </summary>
internal sealed class FuzzRun(FuzzTarget target, int seed)
{
    private readonly SortedDictionary<string, long> _outcomes = new(StringComparer.Ordinal);

    /// <summary>How many inputs ended how.</summary>
    public IReadOnlyDictionary<string, long> Outcomes => _outcomes;

    /// <summary>The largest allocation for one input, bytes.</summary>
    public long LargestAllocation { get; private set; }

    /// <summary>The slowest input; for reports, never asserted on.</summary>
    public TimeSpan Slowest { get; private set; }

    /// <summary>What is being decoded, for whoever watches for a hang.</summary>
    public byte[] Current { get; private set; } = [];

    /// <exception cref="FuzzFinding">An input breaks a promise.</exception>
    public void Go(long inputs)
    {
        var random = new Random(seed);
        var original = target.Seed(random);
        for (var i = 0; i < 16; i++)
        {
            // Tables of types and of stack traces are made at first use and are no input's fault.
            Try(target.Seed(random), measured: false);
            Try(target.Change(original, random), measured: false);
        }

        for (long i = 0; i < inputs; i++)
        {
            if (i % 8 == 0)
            {
                original = target.Seed(random);
            }

            Try(target.Change(original, random), measured: true);
        }
    }

    /// <summary>One input, as <see cref="Go"/> gives it.</summary>
    public string Try(byte[] input, bool measured = true)
    {
        Current = input;
        var (value, outcome, allocated, took) = Decode(input);
        if (measured)
        {
            if (allocated > AllowedFor(input))
            {
                // Texts of errors, pools and tables are made at first use, whichever input comes first; what is an input's own it allocates again.
                (value, outcome, allocated, took) = Decode(input);
            }

            if (allocated > AllowedFor(input))
            {
                throw new FuzzFinding(target.Name, $"{allocated} bytes allocated for {input.Length}", input);
            }

            LargestAllocation = Math.Max(LargestAllocation, allocated);
            Slowest = took > Slowest ? took : Slowest;
            _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
        }

        if (outcome == "accepted" && target.Encode is { } encode && value is not null)
        {
            ComesBack(encode, value, input);
        }

        return outcome;
    }

    /// <summary>The run as one line of a report.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{target.Name} | {_outcomes.Values.Sum()} | {string.Join(", ", _outcomes.OrderByDescending(static o => o.Value).Select(static o => $"{o.Key} {o.Value}"))} | {LargestAllocation} | {Slowest.TotalMilliseconds:F1}");

    private long AllowedFor(byte[] input) => target.AllocatedAnyway + ((long)target.AllocatedPerByte * input.Length);

    private (object? Value, string Outcome, long Allocated, TimeSpan Took) Decode(byte[] input)
    {
        object? value = null;
        string outcome;
        var started = Stopwatch.GetTimestamp();
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            value = target.Decode(input);
            outcome = (value as FuzzOutcome)?.Text ?? "accepted";
        }
        catch (Exception e) when (target.NameOf(e) is { } refusal)
        {
            outcome = refusal;
        }
        catch (Exception e)
        {
            throw new FuzzFinding(target.Name, $"{e.GetType().Name}: {e.Message}", input, e);
        }

        return (value, outcome, GC.GetAllocatedBytesForCurrentThread() - before, Stopwatch.GetElapsedTime(started));
    }

    private void ComesBack(Func<object, byte[]> encode, object value, byte[] input)
    {
        try
        {
            var written = encode(value);
            var again = target.Decode(written) ?? throw new FuzzFinding(target.Name, "what was written is not read back", input);
            if (!encode(again).AsSpan().SequenceEqual(written))
            {
                throw new FuzzFinding(target.Name, $"what was written is read back as something else: {Convert.ToHexString(written)}", input);
            }
        }
        catch (Exception e) when (e is not FuzzFinding)
        {
            throw new FuzzFinding(target.Name, $"what was accepted cannot be written and read back: {e.GetType().Name}: {e.Message}", input, e);
        }
    }
}
