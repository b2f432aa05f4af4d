using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Tests.Factory.Definitions;

// A small format that uses every feature of the binder.
[Description("A workshop.")]
public sealed record Workshop(
    [property: Description("Its id."), Form(TextForm.Id)] string Id,
    LocalizedText Title,
    [Range(1, 3)] int Level,
    Shift Shift = Shift.Day,
    IReadOnlyList<Machine>? Machines = null) : DefinitionRecord
{
    [DurationRange("100ms", "1h")]
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(1);

    [Form(TextForm.Cidr)]
    public string? Network { get; init; }

    [Form(TextForm.Endpoint)]
    public string? Broker { get; init; }

    [Range(0.0, 1.0)]
    public double Load { get; init; } = 0.5;

    public bool Running { get; init; } = true;

    [MaxLength(3)]
    public IReadOnlyList<string> Tags { get; init; } = [];

    [Form(TextForm.Any, Keys = TextForm.Name)]
    public IReadOnlyDictionary<string, ScalarValue> With { get; init; } = new OrderedDictionary<string, ScalarValue>();

    public IReadOnlyDictionary<int, string> Ports { get; init; } = new OrderedDictionary<int, string>();

    public IPAddress? Gateway { get; init; }

    public string Label => $"{Id}/{Level}";
}

public enum Shift
{
    Day,
    NightShift,
}

public sealed record Machine : DefinitionRecord
{
    public required string Name { get; init; }

    public decimal Speed { get; init; }

    [OneOfKind]
    public required Drive Drive { get; init; }

    public IReadOnlyList<Drive> Spares { get; init; } = [];
}

public abstract record Drive : DefinitionRecord;

public sealed record BeltDrive : Drive
{
    [Shorthand]
    public required double Length { get; init; }

    public string Colour { get; init; } = "black";
}

public sealed record ChainDrive : Drive
{
    public int Links { get; init; } = 10;
}

public sealed record PairDrive : Drive
{
    [Shorthand]
    public required IReadOnlyList<Drive> Drives { get; init; }
}

internal static class Sample
{
    public static readonly KindRegistry Kinds = new KindRegistry()
        .Add<Drive, BeltDrive>("belt")
        .Add<Drive, ChainDrive>("chain")
        .Add<Drive, PairDrive>("pair");

    public static readonly DefinitionReader Reader = new(Kinds);

    public const string Good = """
        id: hall-1
        title: { en: Hall one, zh: 一号车间 }
        level: 2
        """;

    public static Definition<Workshop> Read(string text, ParameterSet? parameters = null) =>
        Reader.Read<Workshop>(SourceFile.FromText("hall.yaml", text), parameters ?? ParameterSet.Empty);
}
