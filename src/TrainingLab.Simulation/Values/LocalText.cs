namespace TrainingLab.Simulation.Values;

/// <summary>A text that a user reads, in both languages of the product.</summary>
/// <param name="En">English.</param>
/// <param name="Zh">Simplified Chinese.</param>
public readonly record struct LocalText(string En, string Zh)
{
    /// <inheritdoc/>
    public override string ToString() => En;
}
