using System.Globalization;

namespace TrainingLab.OpcUa;

/// <summary>The outcome of an operation or the quality of a value: a 32-bit code whose top two bits are the severity (OPC 10000-4, 7.39).</summary>
/// <param name="Code">The code with its info bits.</param>
public readonly record struct StatusCode(uint Code)
{
    public static implicit operator StatusCode(uint code) => new(code);

    /// <summary>Severity 00.</summary>
    public bool IsGood => (Code & 0xC0000000u) == 0;

    /// <summary>Severity 01.</summary>
    public bool IsUncertain => (Code & 0xC0000000u) == 0x40000000u;

    /// <summary>Severity 10 (and the reserved 11).</summary>
    public bool IsBad => (Code & 0x80000000u) != 0;

    /// <summary>The code without its info bits, which is what has a name.</summary>
    public uint Base => Code & 0xFFFF0000u;

    /// <summary>The name of the standard, for example <c>BadNodeIdUnknown</c>; the number in hexadecimal when it has none.</summary>
    public string Name => StatusCodes.NameOf(this) ?? string.Create(CultureInfo.InvariantCulture, $"0x{Code:X8}");

    /// <inheritdoc/>
    public override string ToString() => Name;
}
