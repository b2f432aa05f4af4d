namespace TrainingLab.Factory.Definitions;

/// <summary>
/// Reads definitions: YAML text -> tree with places -> immutable records. Keys are the C# property names in camelCase.
/// <code>
/// var reader = new DefinitionReader(new KindRegistry().Add&lt;Shape, Circle&gt;("circle"));
/// var definition = reader.Read&lt;Drawing&gt;(SourceFile.FromText("a.yaml", text), ParameterSet.Empty);
/// </code>
/// </summary>
public sealed class DefinitionReader(KindRegistry kinds)
{
    /// <summary>The kinds that polymorphic places accept.</summary>
    public KindRegistry Kinds { get; } = kinds;

    /// <summary>Reads one file into one record.</summary>
    /// <param name="source">The file.</param>
    /// <param name="parameters">Values for <c>${name}</c>; null leaves them as written.</param>
    public Definition<T> Read<T>(SourceFile source, ParameterSet? parameters = null)
        where T : class
    {
        var mistakes = new Mistakes();
        var value = Read<T>(source, mistakes, parameters);
        return new Definition<T>(value, mistakes.All);
    }

    /// <summary>Reads one file into one record, adding to mistakes collected elsewhere.</summary>
    public T? Read<T>(SourceFile source, Mistakes mistakes, ParameterSet? parameters = null)
        where T : class =>
        YamlReader.Read(source, mistakes) is { } root ? Bind<T>(root, mistakes, parameters) : null;

    /// <summary>Binds a tree that was read before, for example once per seed.</summary>
    public T? Bind<T>(DefinitionNode node, Mistakes mistakes, ParameterSet? parameters = null)
        where T : class =>
        new DefinitionBinder(Kinds, mistakes, parameters).Bind(node, typeof(T)) as T;
}
