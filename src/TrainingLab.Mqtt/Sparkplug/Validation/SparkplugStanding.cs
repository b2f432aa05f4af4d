namespace TrainingLab.Mqtt.Sparkplug.Validation;

/// <summary>Where an edge node stands, as a host would believe.</summary>
/// <param name="IsBorn">Whether its birth came, and its death did not.</param>
/// <param name="BdSeq">bdSeq of its last NBIRTH; null where that had none.</param>
/// <param name="Devices">Its devices that are born; none when it is not itself.</param>
public sealed record SparkplugStanding(bool IsBorn, ulong? BdSeq, IReadOnlyCollection<string> Devices);
