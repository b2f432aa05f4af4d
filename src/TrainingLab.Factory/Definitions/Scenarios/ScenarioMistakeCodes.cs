namespace TrainingLab.Factory.Definitions.Scenarios;

/// <summary>Codes of the mistakes that only a whole scenario shows.</summary>
public static class ScenarioMistakeCodes
{
    /// <summary>Two nodes with one address.</summary>
    public const string DuplicateAddress = "duplicate-address";

    /// <summary>A gateway, console or host address outside of the network that it must lie in.</summary>
    public const string OutsideNetwork = "outside-network";

    /// <summary>Two cables in one switch port, or two services on one TCP port.</summary>
    public const string PortTaken = "port-taken";

    /// <summary>A machine or program needs something that the plant does not have.</summary>
    public const string MissingService = "missing-service";

    /// <summary>A handle whose prefix its node is not home to.</summary>
    public const string PrefixWithoutHome = "prefix-without-home";

    /// <summary>A duration that is not a whole number of steps.</summary>
    public const string NotAMultiple = "not-a-multiple";

    /// <summary>A network that cannot be wired like this.</summary>
    public const string Network = "network";
}
