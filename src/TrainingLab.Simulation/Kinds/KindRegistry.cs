using TrainingLab.Simulation.Chance;
using TrainingLab.Simulation.Parameters;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Kinds;

/// <summary>A kind of process, signal or fault that definitions name.</summary>
/// <param name="Name">As written in definition files, such as <c>hall-climate</c>.</param>
/// <param name="Description">What it models.</param>
/// <param name="Parameters">What it takes.</param>
/// <param name="Create">Makes one from checked parameters; may add to the context's mistakes what only parameters together can tell.</param>
public sealed record Kind<T>(
    string Name,
    LocalText Description,
    IReadOnlyList<ParameterDefinition> Parameters,
    Func<ParameterSet, ComponentContext, T> Create);

/// <summary>What a component is made with, besides its parameters.</summary>
/// <param name="Name">The component's name in its plant, unique among its kin.</param>
/// <param name="Chance">Its own stream.</param>
/// <param name="Epoch">Plant time at elapsed zero, for what follows the time of day.</param>
public sealed record ComponentContext(string Name, SeededChance Chance, DateTimeOffset Epoch)
{
    /// <summary>Receives mistakes in the parameters.</summary>
    public ICollection<ParameterMistake> Mistakes { get; init; } = [];
}

/// <summary>Kinds by name. Built once, then only read.</summary>
public sealed class KindRegistry<T>
    where T : class
{
    private readonly SortedDictionary<string, Kind<T>> kinds = new(StringComparer.Ordinal);

    /// <summary>All kinds, by name.</summary>
    public IReadOnlyCollection<Kind<T>> Kinds => kinds.Values;

    /// <summary>Adds a kind.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public KindRegistry<T> Add(Kind<T> kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        kinds.Add(kind.Name, kind);
        return this;
    }

    /// <summary>The kind of that name, or null.</summary>
    public Kind<T>? Find(string name) => kinds.GetValueOrDefault(name);

    /// <summary>Makes a component, or null when anything is wrong; the context's mistakes then say what, all of it.</summary>
    public T? Create(string kind, IReadOnlyDictionary<string, object?>? given, ComponentContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var before = context.Mistakes.Count;
        if (Find(kind) is not { } found)
        {
            var known = string.Join(", ", kinds.Keys);
            context.Mistakes.Add(new ParameterMistake(
                "kind",
                new($"There is no kind '{kind}'.", $"没有名为“{kind}”的类型。"),
                new($"Known kinds: {known}.", $"可用类型：{known}。")));
            return null;
        }
        var parameters = ParameterSet.Read(found.Parameters, given, context.Mistakes);
        if (context.Mistakes.Count > before)
            return null;
        var made = found.Create(parameters, context);
        return context.Mistakes.Count > before ? null : made;
    }
}
