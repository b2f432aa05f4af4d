using System.Collections.Immutable;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions;

/// <summary>
/// A lab as it was read, not yet bound to a seed. Immutable; one is shared by all attempts. The runtime draws a variant and binds:
/// <code>
/// var variant = source.Draw(seed, secret);
/// var lab = source.Bind(variant);
/// </code>
/// </summary>
public sealed class LabSource
{
    private readonly DefinitionReader _reader;
    private readonly DefinitionNode? _root;
    private readonly Lazy<DefinitionBundle> _bundle;

    internal LabSource(
        DefinitionReader reader,
        string id,
        SourceFile file,
        IReadOnlyList<SourceFile> ownFiles,
        Func<string, SourceFile?> scenario,
        Func<LabSource, DefinitionBundle> bundle)
    {
        _reader = reader;
        _bundle = new Lazy<DefinitionBundle>(() => bundle(this));
        Id = id;
        File = file;
        OwnFiles = ownFiles;
        var mistakes = new Mistakes();
        _root = YamlReader.Read(file, mistakes);
        Outline = _root is null ? null : reader.Bind<LabDefinition>(_root, mistakes);
        Scenario = Outline is null ? null : scenario(Outline.Scenario);
        ReadingMistakes = mistakes.All;
        Submissions = [.. ownFiles.Where(f => f.Path.StartsWith(SubmissionsFolder, StringComparison.Ordinal) && f.Path.EndsWith(".yaml", StringComparison.Ordinal)).Select(f => new SubmissionSource(reader, f))];
    }

    /// <summary>Track and name, from the folder.</summary>
    public string Id { get; }

    /// <summary>The lab file.</summary>
    public SourceFile File { get; }

    /// <summary>The lab file and every file beside it, submissions included.</summary>
    public IReadOnlyList<SourceFile> OwnFiles { get; }

    /// <summary>
    /// The lab without a seed: texts keep <c>${name}</c>, typed values with <c>${name}</c> are placeholders. For lists of labs; null when
    /// the file cannot be bound at all.
    /// </summary>
    public LabDefinition? Outline { get; }

    /// <summary>Mistakes found by reading and binding alone, without the rules of <see cref="DefinitionValidator"/>.</summary>
    public IReadOnlyList<Mistake> ReadingMistakes { get; }

    /// <summary>The submissions, by file name.</summary>
    public IReadOnlyList<SubmissionSource> Submissions { get; }

    /// <summary>The scenario file; null when it does not exist.</summary>
    public SourceFile? Scenario { get; }

    /// <summary>The folder of its submissions, with a slash at the end.</summary>
    public string SubmissionsFolder => $"{LabCatalog.LabsFolder}{Id}/submissions/";

    /// <summary>Everything that defines the lab; its version is the lab's version.</summary>
    public DefinitionBundle Bundle => _bundle.Value;

    /// <summary>The draws of its variant.</summary>
    public IReadOnlyDictionary<string, DrawDefinition> Draws => Outline?.Variant ?? new OrderedDictionary<string, DrawDefinition>();

    /// <summary>Draws the variant of a seed.</summary>
    /// <param name="seed">The seed of the attempt.</param>
    /// <param name="secret">The installation's secret; only hidden values depend on it.</param>
    public VariantValues Draw(long seed, ReadOnlySpan<byte> secret) => VariantDraw.Draw(Id, Draws, seed, secret);

    /// <summary>Binds the lab with a variant; throws <see cref="DefinitionException"/> when the file has mistakes.</summary>
    public LabDefinition Bind(VariantValues variant) => TryBind(variant).Model;

    /// <summary>Binds the lab with a variant and tells every mistake of reading and binding.</summary>
    public Definition<LabDefinition> TryBind(VariantValues variant)
    {
        if (_root is null)
        {
            return new Definition<LabDefinition>(null, ReadingMistakes);
        }

        var mistakes = new Mistakes();
        mistakes.AddRange(ReadingMistakes);
        var lab = _reader.Bind<LabDefinition>(_root, mistakes, variant.ToParameters());
        return new Definition<LabDefinition>(lab, mistakes.All);
    }

    /// <summary>The guide's file, <c>guide.en.md</c> or <c>guide.zh.md</c>; null when there is none.</summary>
    public SourceFile? GuideFile(string language) =>
        OwnFiles.FirstOrDefault(f => f.Path.EndsWith($"/guide.{Language(language)}.md", StringComparison.Ordinal));

    /// <summary>The guide for a student, in Markdown: visible values of the variant replaced, hidden ones never.</summary>
    public string Guide(string language, VariantValues variant)
    {
        var visible = variant.Visible.ToDictionary(v => v.Key, v => v.Value.Text, StringComparer.Ordinal);
        return ParameterText.Replace(GuideFile(language)?.Text ?? "", visible.GetValueOrDefault);
    }

    /// <summary>A submission by id, or null.</summary>
    public SubmissionSource? Submission(string id) => Submissions.FirstOrDefault(s => s.Id == id);

    /// <summary>Restores a lab from the bundle in its evidence; the version is the bundle's.</summary>
    /// <exception cref="FormatException">The bundle has no such lab file.</exception>
    public static LabSource FromBundle(DefinitionBundle bundle, LabFormat format)
    {
        var path = LabCatalog.PathOf(bundle.Lab);
        if (!bundle.Files.TryGetValue(path, out var file))
        {
            throw new FormatException($"The definition bundle of {bundle.Lab} has no {path}.");
        }

        var folder = path[..(path.LastIndexOf('/') + 1)];
        var own = bundle.Files.Values.Where(f => f.Path.StartsWith(folder, StringComparison.Ordinal)).ToList();
        return new LabSource(
            new DefinitionReader(format.Kinds), bundle.Lab, file, own,
            id => bundle.Files.GetValueOrDefault(LabCatalog.ScenarioPathOf(id)),
            _ => bundle);
    }

    private static string Language(string language) => language.StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? "zh" : "en";
}

/// <summary>A submission as it was read, not yet bound to a variant.</summary>
public sealed class SubmissionSource
{
    private readonly DefinitionReader _reader;
    private readonly DefinitionNode? _root;
    private readonly ImmutableArray<Mistake> _readingMistakes;

    internal SubmissionSource(DefinitionReader reader, SourceFile file)
    {
        _reader = reader;
        File = file;
        var mistakes = new Mistakes();
        _root = YamlReader.Read(file, mistakes);
        Outline = _root is null ? null : reader.Bind<SubmissionDefinition>(_root, mistakes);
        _readingMistakes = [.. mistakes.All];
    }

    /// <summary>The file's name without <c>.yaml</c>.</summary>
    public string Id => Path.GetFileNameWithoutExtension(File.Path);

    /// <summary>The file.</summary>
    public SourceFile File { get; }

    /// <summary>The submission without a variant: <c>${name}</c> as written; null when the file cannot be bound at all.</summary>
    public SubmissionDefinition? Outline { get; }

    /// <summary>Binds with a variant; throws <see cref="DefinitionException"/> when the file has mistakes.</summary>
    public SubmissionDefinition Bind(VariantValues variant) => TryBind(variant).Model;

    /// <summary>Binds with a variant and tells every mistake.</summary>
    public Definition<SubmissionDefinition> TryBind(VariantValues variant)
    {
        if (_root is null)
        {
            return new Definition<SubmissionDefinition>(null, _readingMistakes);
        }

        var mistakes = new Mistakes();
        mistakes.AddRange(_readingMistakes);
        var submission = _reader.Bind<SubmissionDefinition>(_root, mistakes, variant.ToParameters());
        return new Definition<SubmissionDefinition>(submission, mistakes.All);
    }

    /// <summary>Reads a submission that is no part of a lab: <c>lab run LAB --submission FILE</c>.</summary>
    public static SubmissionSource FromFile(SourceFile file, LabFormat format) => new(new DefinitionReader(format.Kinds), file);
}
