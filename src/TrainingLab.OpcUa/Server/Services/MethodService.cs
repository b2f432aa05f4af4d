using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Server.Services;

/// <summary>Calling methods (OPC 10000-4, 5.12).</summary>
internal static class MethodService
{
    public static async ValueTask<CallResponse> CallAsync(Session session, CallRequest request)
    {
        Operations.Check(request.MethodsToCall.Length, session.Server.Limits.MaxNodesPerMethodCall);
        var results = new CallMethodResult[request.MethodsToCall.Length];
        var work = 0;
        for (var i = 0; i < results.Length; i++)
        {
            var call = request.MethodsToCall[i];
            results[i] = await CallOneAsync(session, call);
            await session.Server.Observer.CalledAsync(
                session.Caller, call.Object, call.Method, call.InputArguments, new CallResult(results[i].Status, results[i].OutputArguments));
            await Operations.TakeTurnsAsync(session, ref work);
        }

        return new CallResponse(results);
    }

    private static async ValueTask<CallMethodResult> CallOneAsync(Session session, CallMethodRequest call)
    {
        var space = session.Server.AddressSpace;
        var target = space.Find(call.Object);
        if (target is null)
        {
            return Failed(StatusCodes.BadNodeIdUnknown);
        }

        if (space.Find(call.Method) is not MethodNode method || !HasMethod(space, target, method))
        {
            return Failed(StatusCodes.BadMethodInvalid);
        }

        var access = space.Check(target, Permissions.Call, session.Rights);
        access = access.IsBad ? access : space.Check(method, Permissions.Call, session.Rights);
        if (access.IsBad)
        {
            return Failed(access);
        }

        if (!method.Executable)
        {
            return Failed(StatusCodes.BadNotExecutable);
        }

        if (call.InputArguments.Length != method.Inputs.Count)
        {
            return Failed(call.InputArguments.Length < method.Inputs.Count ? StatusCodes.BadArgumentsMissing : StatusCodes.BadTooManyArguments);
        }

        var checks = new StatusCode[method.Inputs.Count];
        for (var i = 0; i < checks.Length; i++)
        {
            checks[i] = DataTypeRules.Check(space, call.InputArguments[i], method.Inputs[i].DataType, method.Inputs[i].ValueRank);
        }

        if (Array.Exists(checks, static c => c.IsBad))
        {
            return new CallMethodResult(StatusCodes.BadInvalidArgument, checks, []);
        }

        if (session.Server.ServerObject.Handler(method) is not { } handler)
        {
            return Failed(StatusCodes.BadNotImplemented);
        }

        var result = await handler(method, call.Object, call.InputArguments, session.Caller, session.Connection.Closed);
        return new CallMethodResult(result.Status, [], result.Status.IsBad ? [] : [.. result.Outputs ?? []]);
    }

    /// <summary>Whether the method is a component of the object or of one of its types.</summary>
    private static bool HasMethod(AddressSpace space, Node target, MethodNode method)
    {
        for (var node = target; node is not null; node = Supertype(space, node))
        {
            foreach (var reference in space.ReferencesOf(node))
            {
                if (reference.IsForward && ReferenceEquals(reference.Target, method) && reference.Type.IsOrIsSubtypeOf(Namespace0.HasComponent))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static Node? Supertype(AddressSpace space, Node node)
    {
        if (node is ObjectNode)
        {
            return space.TypeDefinitionOf(node);
        }

        foreach (var reference in space.ReferencesOf(node))
        {
            if (!reference.IsForward && ReferenceEquals(reference.Type, Namespace0.HasSubtype))
            {
                return reference.Target;
            }
        }

        return null;
    }

    private static CallMethodResult Failed(StatusCode status) => new(status, [], []);
}
