using TrainingLab.TimeSeries.LineProtocol;

namespace TrainingLab.TimeSeries.Http;

/// <summary>Told what is done to a historian. Changes are awaited before the answer leaves; queries are only told.</summary>
public interface IHistorianObserver
{
    /// <summary>Points were written, or refused; awaited.</summary>
    ValueTask WriteAsync(HistorianWrite write, CancellationToken cancellationToken) => default;

    /// <summary>A statement that changes something was run (CREATE, DROP, DELETE), or refused; awaited.</summary>
    ValueTask ChangeAsync(HistorianChange change, CancellationToken cancellationToken) => default;

    /// <summary>A sign-in failed; awaited. Success is not told on its own: the account stands in what follows.</summary>
    ValueTask LoginFailedAsync(HistorianLoginFailure failure, CancellationToken cancellationToken) => default;

    /// <summary>A query was answered; not awaited, and must be cheap.</summary>
    void Query(HistorianQuery query)
    {
    }
}

/// <summary>A write.</summary>
/// <param name="Peer">Who.</param>
/// <param name="Database">Where to.</param>
/// <param name="Accepted">Points stored.</param>
/// <param name="Rejected">Lines refused.</param>
/// <param name="Body">The line protocol as received (decompressed); valid until the call returns.</param>
/// <param name="Status">HTTP status of the answer: 204, 400, 401, 404, 413.</param>
/// <param name="Error">InfluxDB's error text, or null.</param>
/// <param name="Precision">Unit of the timestamps in the body.</param>
public sealed record HistorianWrite(
    HistorianPeer Peer, string Database, int Accepted, int Rejected, ReadOnlyMemory<byte> Body, int Status, string? Error, Precision Precision = Precision.Nanoseconds);

/// <summary>A statement that changes something.</summary>
/// <param name="Peer">Who.</param>
/// <param name="Database">The database named with the request; empty when none.</param>
/// <param name="Statement">The statement, as InfluxQL.</param>
/// <param name="Error">InfluxDB's error text, or null.</param>
public sealed record HistorianChange(HistorianPeer Peer, string Database, string Statement, string? Error);

/// <summary>A failed sign-in.</summary>
/// <param name="Peer">Who.</param>
/// <param name="User">The user name given; empty when none.</param>
/// <param name="Status">HTTP status of the answer: 401.</param>
public sealed record HistorianLoginFailure(HistorianPeer Peer, string User, int Status);

/// <summary>A query.</summary>
/// <param name="Peer">Who.</param>
/// <param name="Database">The database named with the request; empty when none.</param>
/// <param name="Text">The query text.</param>
/// <param name="Status">HTTP status of the answer.</param>
/// <param name="Error">The first error of the answer, or null.</param>
public sealed record HistorianQuery(HistorianPeer Peer, string Database, string Text, int Status, string? Error);
