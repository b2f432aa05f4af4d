namespace TrainingLab.Cli.Readiness;

/// <summary>What a finding means for a class.</summary>
internal enum FindingState
{
    /// <summary>Nothing to do.</summary>
    Good,

    /// <summary>It may work; somebody should look.</summary>
    Warning,

    /// <summary>The class will not run like this.</summary>
    Bad,
}

/// <summary>One thing that a class needs, and how it is here.</summary>
/// <param name="Id">What was looked at.</param>
/// <param name="State">What it means.</param>
/// <param name="Text">What was found.</param>
/// <param name="Remedy">What to do, a command where there is one; null where nothing is to be done.</param>
internal sealed record Finding(string Id, FindingState State, string Text, string? Remedy = null);
