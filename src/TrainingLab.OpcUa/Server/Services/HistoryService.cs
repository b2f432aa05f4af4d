using TrainingLab.OpcUa.History;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Server.Services;

/// <summary>Reading history (OPC 10000-4, 5.11.3 and OPC 10000-11); changing it is refused operation by operation.</summary>
internal static class HistoryService
{
    // A number with both times and a status, bytes.
    private const int UsualValue = 32;

    public static async ValueTask<HistoryReadResponse> ReadAsync(Session session, HistoryReadRequest request)
    {
        var server = session.Server;
        Operations.Check(request.NodesToRead.Length, server.Limits.MaxNodesPerHistoryRead);
        if (request.TimestampsToReturn is < TimestampsToReturn.Source or >= TimestampsToReturn.Neither)
        {
            throw new OpcUaException(StatusCodes.BadTimestampsToReturnInvalid);
        }

        if (request.Details is null)
        {
            throw new OpcUaException(StatusCodes.BadHistoryOperationInvalid);
        }

        var processed = request.Details.Structure as ReadProcessedDetails;
        if (processed is not null && processed.AggregateTypes.Length != request.NodesToRead.Length)
        {
            throw new OpcUaException(StatusCodes.BadAggregateListMismatch);
        }

        var results = new HistoryReadResult[request.NodesToRead.Length];
        var source = server.Options.History is { } history ? new HistoryInTurns(history, session) : null;

        // An answer has room for so many values in all; what is left comes with continuation points.
        var left = (int)(session.Connection.Writer.MaxMessageSize / UsualValue);
        for (var i = 0; i < results.Length; i++)
        {
            var wanted = request.NodesToRead[i];
            if (request.ReleaseContinuationPoints)
            {
                results[i] = Release(session, wanted);
            }
            else
            {
                // Also what is found in vain, for want of a continuation point, is work.
                (results[i], var found) = await ReadOneAsync(session, source, wanted, request.Details.Structure, processed?.AggregateTypes[i] ?? default, request.TimestampsToReturn, Math.Max(1, left));
                left -= found;
                await (source?.SpendAsync(found) ?? ValueTask.CompletedTask);
            }

            server.Observer.HistoryRead(session.Caller, wanted.Node, results[i].Status);
        }

        return new HistoryReadResponse(results);
    }

    public static HistoryUpdateResponse Update(Session session, HistoryUpdateRequest request)
    {
        Operations.Check(request.Details.Length, session.Server.Limits.MaxNodesPerHistoryRead);
        var results = new HistoryUpdateResult[request.Details.Length];
        Array.Fill(results, new HistoryUpdateResult(StatusCodes.BadHistoryOperationUnsupported, []));
        session.Server.Audit.HistoryUpdate(session.Caller, StatusCodes.BadHistoryOperationUnsupported);
        return new HistoryUpdateResponse(results);
    }

    private static HistoryReadResult Release(Session session, HistoryReadValueId wanted) =>
        new(session.HistoryContinuations.TryTake(wanted.ContinuationPoint, out _) ? StatusCodes.Good : StatusCodes.BadContinuationPointInvalid, null, null);

    /// <summary>Reads one node; also says how many values were found.</summary>
    private static async ValueTask<(HistoryReadResult Result, int Found)> ReadOneAsync(
        Session session, HistoryInTurns? source, HistoryReadValueId wanted, IStructure? details, NodeId aggregate, TimestampsToReturn timestamps, int left)
    {
        var status = Begin(session, wanted, details, aggregate, out var reading);
        if (status.IsBad)
        {
            return (new HistoryReadResult(status, null, null), 0);
        }

        var server = session.Server;
        var most = Math.Min(server.Limits.MaxHistoryValuesPerNode, left);
        bool done;
        List<DataValue> values;
        if (reading is RawHistory raw)
        {
            (status, values, done) = await raw.ReadAsync(source!, raw.PerNode == 0 ? most : (int)Math.Min(raw.PerNode, (uint)most), session.Connection.Closed);
        }
        else
        {
            (status, values, done) = await ((ProcessedHistory)reading!).ReadAsync(source!, most, session.Connection.Closed);
        }

        if (status.IsBad)
        {
            return (new HistoryReadResult(status, null, null), 0);
        }

        byte[]? point = null;
        if (!done)
        {
            if (session.IsClosed || session.HistoryContinuations.Count >= server.Limits.MaxHistoryContinuationPoints)
            {
                return (new HistoryReadResult(StatusCodes.BadNoContinuationPoints, null, null), values.Count);
            }

            point = session.HistoryContinuations.Add(reading);
        }

        var data = values.Select(v => Shaped(v, wanted.IndexRange, timestamps)).ToArray();
        return (new HistoryReadResult(data.Length == 0 ? StatusCodes.GoodNoData : StatusCodes.Good, point, new ExtensionObject(new HistoryData(data))), data.Length);
    }

    private static StatusCode Begin(Session session, in HistoryReadValueId wanted, IStructure? details, NodeId aggregate, out object? reading)
    {
        reading = null;
        if (wanted.ContinuationPoint is { Length: > 0 })
        {
            return session.HistoryContinuations.TryTake(wanted.ContinuationPoint, out reading) ? StatusCodes.Good : StatusCodes.BadContinuationPointInvalid;
        }

        var node = session.Server.AddressSpace.Find(wanted.Node);
        if (node is null)
        {
            return StatusCodes.BadNodeIdUnknown;
        }

        if (node is not VariableNode variable || (variable.AccessLevel & AccessLevels.HistoryRead) == 0 || session.Server.Options.History?.Keeps(variable) != true)
        {
            return StatusCodes.BadHistoryOperationUnsupported;
        }

        var access = session.Server.AddressSpace.Check(variable, Permissions.ReadHistory, session.Rights);
        if (access.IsBad)
        {
            return access;
        }

        if (!string.IsNullOrEmpty(wanted.IndexRange) && !NumericRange.TryParse(wanted.IndexRange, out _))
        {
            return StatusCodes.BadIndexRangeInvalid;
        }

        var status = string.IsNullOrEmpty(wanted.DataEncoding.Name) ? StatusCodes.Good : AttributeService.CheckEncoding(session.Server.AddressSpace, variable, AttributeId.Value, wanted.DataEncoding);
        if (status.IsBad)
        {
            return status;
        }

        switch (details)
        {
            case ReadRawModifiedDetails { IsReadModified: false } raw:
                status = RawHistory.TryCreate(variable, raw, out var ofRaw);
                reading = ofRaw;
                return status;
            case ReadProcessedDetails processed:
                status = ProcessedHistory.TryCreate(variable, aggregate, processed, out var ofProcessed);
                reading = ofProcessed;
                return status;
            default:
                return StatusCodes.BadHistoryOperationUnsupported;
        }
    }

    private static DataValue Shaped(in DataValue value, string? indexRange, TimestampsToReturn timestamps)
    {
        // The historian keeps the time of the source only; where the server's is wanted, there is none to give.
        var shaped = timestamps == TimestampsToReturn.Server ? value with { SourceTimestamp = default, ServerTimestamp = value.SourceTimestamp } : value;
        if (string.IsNullOrEmpty(indexRange) || !NumericRange.TryParse(indexRange, out var range))
        {
            return shaped;
        }

        var status = range.TryTake(shaped.Value, out var part);
        return status.IsBad ? shaped with { Value = default, Status = status } : shaped with { Value = part };
    }
}
