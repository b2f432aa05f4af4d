using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Definitions.Validation;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Cli.Validation;

/// <summary>Something to validate: definitions among which some are wanted.</summary>
/// <param name="Catalog">All definitions that may refer to each other.</param>
/// <param name="Wanted">Whether a file is wanted, by its path in the catalog.</param>
/// <param name="Shown">How the user named a file of the catalog.</param>
/// <param name="Others">Mistakes of files that are in no catalog, with the names that the user gave them.</param>
internal sealed record ValidationTarget(LabCatalog Catalog, Func<string, bool> Wanted, Func<string, string> Shown, IReadOnlyList<Mistake> Others)
{
    /// <summary>Validates it; mistakes name files as the user did.</summary>
    public ValidationResult Validate()
    {
        var result = new DefinitionValidator(Catalog).Validate(Wanted);
        return result with { Mistakes = [.. result.Mistakes.Select(m => m with { Span = m.Span with { File = Shown(m.Span.File) } }).Concat(Others)] };
    }
}
