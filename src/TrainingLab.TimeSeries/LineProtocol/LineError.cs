namespace TrainingLab.TimeSeries.LineProtocol;

/// <summary>A line that was not taken.</summary>
/// <param name="Line">Its number in the body, from 1.</param>
/// <param name="Reason">Why, in InfluxDB's words, without the line number.</param>
/// <param name="Conflict">The line reads well, but the store refused its point (a field type conflict, a limit, too old).</param>
public sealed record LineError(int Line, string Reason, bool Conflict = false);
