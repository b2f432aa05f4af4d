using TrainingLab.TimeSeries.LineProtocol;

namespace TrainingLab.TimeSeries.Store;

/// <summary>What became of a body of line protocol: the good lines are stored, and every bad one is named.</summary>
/// <param name="Accepted">Points stored.</param>
/// <param name="Rejected">Lines not stored.</param>
/// <param name="Conflicts">Of these the ones that read well but that the store refused.</param>
/// <param name="Errors">The first of them (<see cref="StoreOptions.MaxReportedErrors"/>), by line.</param>
public sealed record WriteResult(int Accepted, int Rejected, int Conflicts, IReadOnlyList<LineError> Errors);
