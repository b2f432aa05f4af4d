using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Server.Services;

/// <summary>Reading and writing attributes (OPC 10000-4, 5.11).</summary>
internal static class AttributeService
{
    /// <summary>
    /// Answers a Read while its request is being decoded (<see cref="ReadRequest"/>, <see cref="ReadResponse"/>): each result is written straight from the node, so that
    /// reading allocates nothing.
    /// </summary>
    public static void Read(in RequestContext context, Session session, ref UaReader reader)
    {
        var maxAge = reader.ReadDouble();
        var timestamps = (TimestampsToReturn)reader.ReadInt32();
        var count = Math.Max(0, reader.ReadArrayLength(ReadRequest.SmallestItem));
        Operations.Check(count, session.Server.Limits.MaxNodesPerRead);
        if (!(maxAge >= 0))
        {
            throw new OpcUaException(StatusCodes.BadMaxAgeInvalid);
        }

        CheckTimestamps(timestamps);
        var server = session.Server;
        var now = server.Now;
        var writer = context.Connection.BeginAnswer(context.Header.RequestHandle, ReadResponse.TypeId);
        writer.WriteInt32(count);
        for (var i = 0; i < count; i++)
        {
            var wanted = ReadValueId.Read(ref reader);
            var result = WithTimestamps(ReadOne(session, wanted), timestamps, wanted.Attribute, now);
            server.Observer.Read(session.Caller, wanted.Node, wanted.Attribute, result.Status);
            writer.WriteDataValue(result);
        }

        writer.WriteInt32(-1);
        context.Connection.EndAnswer(context.RequestId, context.Header.RequestHandle);
    }

    public static async ValueTask<WriteResponse> WriteAsync(Session session, WriteRequest request)
    {
        Operations.Check(request.NodesToWrite.Length, session.Server.Limits.MaxNodesPerWrite);
        var results = new StatusCode[request.NodesToWrite.Length];
        var work = 0;
        for (var i = 0; i < results.Length; i++)
        {
            var wanted = request.NodesToWrite[i];
            var before = session.Server.AddressSpace.Find(wanted.Node) is VariableNode variable ? variable.Value : default;
            results[i] = await WriteOneAsync(session, wanted);
            session.Server.Audit.Write(session.Caller, wanted, before, results[i]);
            await session.Server.Observer.WrittenAsync(session.Caller, wanted.Node, wanted.Attribute, wanted.Value, results[i]);
            await Operations.TakeTurnsAsync(session, ref work);
        }

        return new WriteResponse(results);
    }

    /// <exception cref="OpcUaException">BadTimestampsToReturnInvalid.</exception>
    public static void CheckTimestamps(TimestampsToReturn timestamps)
    {
        if (timestamps is < TimestampsToReturn.Source or > TimestampsToReturn.Neither)
        {
            throw new OpcUaException(StatusCodes.BadTimestampsToReturnInvalid);
        }
    }

    /// <summary>The value of an attribute, as the session may see it, with all the times it has.</summary>
    public static DataValue ReadOne(Session session, in ReadValueId wanted)
    {
        var space = session.Server.AddressSpace;
        var node = space.Find(wanted.Node);
        if (node is null)
        {
            return DataValue.Bad(StatusCodes.BadNodeIdUnknown);
        }

        if (wanted.DataEncoding.Name is { Length: > 0 } && CheckEncoding(space, node, wanted.Attribute, wanted.DataEncoding) is { IsBad: true } refused)
        {
            return DataValue.Bad(refused);
        }

        if (node.Translations is not null && session.LocaleIds is { Count: > 0 } locales && wanted.Attribute is AttributeId.DisplayName or AttributeId.Description && space.Shows(node, session.Rights))
        {
            var text = wanted.Attribute == AttributeId.DisplayName ? node.DisplayNameFor(locales) : node.DescriptionFor(locales);
            return text.Text is null ? DataValue.Bad(StatusCodes.BadAttributeIdInvalid) : new DataValue(new Variant(text));
        }

        var value = space.EnforcesRoles ? SessionAttributes.Read(space, node, wanted.Attribute, session.Rights) : Attributes.Read(node, wanted.Attribute);
        return string.IsNullOrEmpty(wanted.IndexRange) || value.Status.IsBad ? value : Part(value, wanted.IndexRange);
    }

    /// <summary>
    /// Whether a value can be had in an encoding. Structures have several, of which this server knows the binary one (BadDataEncodingUnsupported for another); anything else has none
    /// (BadDataEncodingInvalid), but who asks for a plain value in binary gets it.
    /// </summary>
    public static StatusCode CheckEncoding(AddressSpace space, Node node, AttributeId attribute, QualifiedName encoding)
    {
        if (attribute != AttributeId.Value || node is not VariableNode variable)
        {
            return StatusCodes.BadDataEncodingInvalid;
        }

        if (encoding is { NamespaceIndex: 0, Name: "Default Binary" })
        {
            return StatusCodes.Good;
        }

        return DataTypeRules.BuiltInOf(space, variable.DataType) == BuiltInType.ExtensionObject ? StatusCodes.BadDataEncodingUnsupported : StatusCodes.BadDataEncodingInvalid;
    }

    /// <summary>The value with the times that were asked for; attributes other than the value have none.</summary>
    public static DataValue WithTimestamps(in DataValue value, TimestampsToReturn timestamps, AttributeId attribute, DateTime now)
    {
        var source = timestamps is TimestampsToReturn.Source or TimestampsToReturn.Both && attribute == AttributeId.Value;
        var server = timestamps is TimestampsToReturn.Server or TimestampsToReturn.Both;
        return value with
        {
            SourceTimestamp = source ? value.SourceTimestamp : default,
            SourcePicoseconds = source ? value.SourcePicoseconds : (ushort)0,
            ServerTimestamp = server ? now : default,
            ServerPicoseconds = 0,
        };
    }

    private static DataValue Part(in DataValue value, string indexRange)
    {
        if (!NumericRange.TryParse(indexRange, out var range))
        {
            return DataValue.Bad(StatusCodes.BadIndexRangeInvalid);
        }

        var status = range.TryTake(value.Value, out var part);
        return status.IsBad ? DataValue.Bad(status) : value with { Value = part };
    }

    private static async ValueTask<StatusCode> WriteOneAsync(Session session, WriteValue wanted)
    {
        var space = session.Server.AddressSpace;
        var node = space.Find(wanted.Node);
        if (node is null)
        {
            return StatusCodes.BadNodeIdUnknown;
        }

        if (wanted.Attribute != AttributeId.Value || node is not VariableNode variable)
        {
            return Attributes.Read(node, wanted.Attribute).Status.Code == StatusCodes.BadAttributeIdInvalid ? StatusCodes.BadAttributeIdInvalid : StatusCodes.BadNotWritable;
        }

        if ((variable.AccessLevel & AccessLevels.CurrentWrite) == 0 || variable.Model is not null)
        {
            return StatusCodes.BadNotWritable;
        }

        var access = space.Check(variable, Permissions.Write, session.Rights);
        if (access.IsBad)
        {
            return access;
        }

        // A value that was just read comes back with its times; they are not taken over. A quality other than good is refused.
        if (wanted.Value.Status.Code != StatusCodes.Good)
        {
            return StatusCodes.BadWriteNotSupported;
        }

        var value = wanted.Value.Value;
        if (!string.IsNullOrEmpty(wanted.IndexRange))
        {
            if (!NumericRange.TryParse(wanted.IndexRange, out var range))
            {
                return StatusCodes.BadIndexRangeInvalid;
            }

            var put = range.TryPut(variable.Value.Value, value, out var whole);
            if (put.IsBad)
            {
                return put;
            }

            value = whole;
        }

        var check = DataTypeRules.Check(space, value, variable.DataType, variable.ValueRank);
        if (check.IsBad)
        {
            return check;
        }

        var written = new DataValue(value, StatusCodes.Good, session.Server.Now);
        if (variable.OnWrite is { } handler)
        {
            return await handler(variable, written, session.Caller, session.Connection.Closed);
        }

        variable.SetValue(written);
        return StatusCodes.Good;
    }
}
