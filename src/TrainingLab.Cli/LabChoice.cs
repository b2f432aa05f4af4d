using TrainingLab.Labs.Definitions;

namespace TrainingLab.Cli;

/// <summary>Finds the lab that a user names.</summary>
internal static class LabChoice
{
    /// <summary>The lab of an id; the last part of the id is enough where it is unique.</summary>
    /// <exception cref="CannotRunException">There is none.</exception>
    public static LabSource Find(LabCatalog catalog, string name)
    {
        if (catalog.Labs.TryGetValue(name, out var lab))
            return lab;
        var ending = catalog.Labs.Values.Where(l => l.Id.EndsWith("/" + name, StringComparison.Ordinal)).ToList();
        return ending is [var only] ? only : throw new CannotRunException($"there is no lab {name}; there are {string.Join(", ", catalog.Labs.Keys)}");
    }
}
