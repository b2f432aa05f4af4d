using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Calls methods (OPC 10000-4, 5.12.2).</summary>
/// <remarks><code>methods to call: CallMethodRequest[]</code></remarks>
public sealed record CallRequest(CallMethodRequest[] MethodsToCall) : IServiceMessage<CallRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 712;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStructures(MethodsToCall);
    }

    public static CallRequest Read(ref UaReader reader) => new(reader.ReadStructures<CallMethodRequest>(minElementSize: 8));
}

/// <summary>The answer to <see cref="CallRequest"/>.</summary>
/// <remarks><code>results: CallMethodResult[] | diagnostic info[]</code></remarks>
public sealed record CallResponse(CallMethodResult[] Results) : IServiceMessage<CallResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 715;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStructures(Results);
        writer.WriteInt32(-1);
    }

    public static CallResponse Read(ref UaReader reader)
    {
        CallResponse message = new(reader.ReadStructures<CallMethodResult>(minElementSize: 16));
        reader.SkipDiagnosticInfos();
        return message;
    }
}

/// <summary>A method, the object it is called on, and its inputs.</summary>
/// <remarks><code>object: node id | method: node id | input arguments: variant[]</code></remarks>
public readonly record struct CallMethodRequest(NodeId Object, NodeId Method, Variant[] InputArguments) : IStructureBody<CallMethodRequest>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteNodeId(Object);
        writer.WriteNodeId(Method);
        writer.WriteVariants(InputArguments);
    }

    public static CallMethodRequest Read(ref UaReader reader) => new(reader.ReadNodeId(), reader.ReadNodeId(), reader.ReadVariants());
}

/// <summary>What a method answered.</summary>
/// <remarks><code>status: 4 | input argument results: 4[] | diagnostic info[] | output arguments: variant[]</code></remarks>
public readonly record struct CallMethodResult(
    StatusCode Status, StatusCode[] InputArgumentResults, Variant[] OutputArguments)
    : IStructureBody<CallMethodResult>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStatusCode(Status);
        writer.WriteStatusCodes(InputArgumentResults);
        writer.WriteInt32(-1);
        writer.WriteVariants(OutputArguments);
    }

    public static CallMethodResult Read(ref UaReader reader)
    {
        var status = reader.ReadStatusCode();
        var inputArgumentResults = reader.ReadStatusCodes();
        reader.SkipDiagnosticInfos();
        var outputArguments = reader.ReadVariants();
        return new(status, inputArgumentResults, outputArguments);
    }
}
