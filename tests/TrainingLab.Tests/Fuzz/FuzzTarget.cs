using TrainingLab.OpcUa;
using TrainingLab.Tests.OpcUa.Fuzz;

namespace TrainingLab.Tests.Fuzz;

/// <summary>A decoder under test.</summary>
/// <param name="Name">Its name in reports.</param>
/// <param name="Seed">A well-formed input, another one for other random numbers.</param>
/// <param name="Decode">Decodes an input. What it may throw is what <see cref="NameOf"/> has a name for; a <see cref="FuzzOutcome"/> says how it ended other than "accepted".</param>
internal sealed record FuzzTarget(string Name, Func<Random, byte[]> Seed, Func<byte[], object?> Decode)
{
    /// <summary>How many inputs it gets for each hundred of an ordinary decoder's.</summary>
    public int Share { get; init; } = 100;

    /// <summary>Changes a seed.</summary>
    public Func<byte[], Random, byte[]> Change { get; init; } = ByteMutator.Change;

    /// <summary>Writes what was decoded: a second reading must give the same bytes. Null where there is nothing to write.</summary>
    public Func<object, byte[]>? Encode { get; init; }

    /// <summary>The name of the outcome when this leaves the decoder; null for what must not. By default the protocol's own error has one, by its code.</summary>
    public Func<Exception, string?> NameOf { get; init; } = static e => (e as OpcUaException)?.Status.Name;

    /// <summary>Most bytes allocated whatever the input is: the exception with its text, tables of a decoder.</summary>
    public int AllocatedAnyway { get; init; } = 24 * 1024;

    /// <summary>Most bytes allocated for each byte of input.</summary>
    public int AllocatedPerByte { get; init; } = FuzzLimits.AllocatedPerByte;

    public override string ToString() => Name;
}

/// <summary>How decoding ended where there is no value to write again.</summary>
internal sealed record FuzzOutcome(string Text);

/// <summary>What decoding may cost.</summary>
internal static class FuzzLimits
{
    /// <summary>
    /// Most bytes that decoding allocates for a byte of input. The largest ratio is that of empty elements: a data value or an empty structure takes one byte on the wire and
    /// up to this in memory.
    /// </summary>
    public const int AllocatedPerByte = 128;
}

/// <summary>A property of a decoder that an input breaks.</summary>
internal sealed class FuzzFinding(string target, string what, byte[] input, Exception? cause = null) : Exception($"{target}: {what}\n{Convert.ToHexString(input)}", cause);
