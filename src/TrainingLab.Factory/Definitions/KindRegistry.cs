namespace TrainingLab.Factory.Definitions;

/// <summary>
/// Which records may stand where an abstract record is wanted, by the key that names them: <c>probe: { … }</c> makes the record that is
/// registered under "probe". A new kind is one record and one line here.
/// </summary>
public sealed class KindRegistry
{
    private readonly Dictionary<Type, SortedDictionary<string, Type>> _kinds = [];

    /// <summary>Registers a kind. Misuse (a key registered twice) throws.</summary>
    public KindRegistry Add<TBase, TKind>(string key)
        where TBase : class
        where TKind : class, TBase
    {
        if (!_kinds.TryGetValue(typeof(TBase), out var kinds))
        {
            _kinds.Add(typeof(TBase), kinds = new SortedDictionary<string, Type>(StringComparer.Ordinal));
        }

        if (!kinds.TryAdd(key, typeof(TKind)))
        {
            throw new ArgumentException($"The kind '{key}' of {typeof(TBase).Name} is already registered.", nameof(key));
        }

        return this;
    }

    /// <summary>The kinds of a base type by key; empty when it has none.</summary>
    public IReadOnlyDictionary<string, Type> Of(Type baseType) =>
        _kinds.TryGetValue(baseType, out var kinds) ? kinds : new SortedDictionary<string, Type>(StringComparer.Ordinal);

    /// <summary>The key under which a kind is registered, or null.</summary>
    public string? KeyOf(Type baseType, Type kind) => Of(baseType).FirstOrDefault(k => k.Value == kind).Key;
}
