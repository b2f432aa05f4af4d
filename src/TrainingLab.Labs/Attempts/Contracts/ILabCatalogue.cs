namespace TrainingLab.Labs.Attempts.Contracts;

/// <summary>The labs this installation offers.</summary>
public interface ILabCatalogue
{
    /// <summary>In the order of the curriculum.</summary>
    IReadOnlyList<LabSummary> List();

    /// <summary>Null when there is no such lab.</summary>
    LabDetail? Find(string id);
}
