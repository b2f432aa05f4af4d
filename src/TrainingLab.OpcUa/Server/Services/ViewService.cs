using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Server.Services;

/// <summary>Finding nodes (OPC 10000-4, 5.9).</summary>
internal static class ViewService
{
    // The bits of a result mask (OPC 10000-4, 5.9.2.2).
    private const uint ReferenceTypeBit = 1;
    private const uint IsForwardBit = 2;
    private const uint NodeClassBit = 4;
    private const uint BrowseNameBit = 8;
    private const uint DisplayNameBit = 16;
    private const uint TypeDefinitionBit = 32;

    public static BrowseResponse Browse(Session session, BrowseRequest request)
    {
        Operations.Check(request.NodesToBrowse.Length, session.Server.Limits.MaxNodesPerBrowse);
        if (!request.View.ViewId.IsNull && session.Server.AddressSpace.Find(request.View.ViewId) is not ViewNode)
        {
            throw new OpcUaException(StatusCodes.BadViewIdUnknown);
        }

        var results = new BrowseResult[request.NodesToBrowse.Length];
        var limits = session.Server.Limits;
        var (looked, found) = (0, 0);
        for (var i = 0; i < results.Length; i++)
        {
            ref readonly var wanted = ref request.NodesToBrowse[i];
            results[i] = looked > limits.MaxReferencesPerRequest
                ? new BrowseResult(StatusCodes.BadQueryTooComplex, null, [])
                : BrowseNode(session, wanted, request.RequestedMaxReferencesPerNode, ref looked);
            found += results[i].References.Length;
            if (found > limits.MaxReferencesPerResponse)
            {
                throw new OpcUaException(StatusCodes.BadResponseTooLarge);
            }

            session.Server.Observer.Browsed(session.Caller, wanted.Node, results[i].Status);
        }

        session.Connection.Work += looked;
        return new BrowseResponse(results);
    }

    public static BrowseNextResponse BrowseNext(Session session, BrowseNextRequest request)
    {
        Operations.Check(request.ContinuationPoints.Length, session.Server.Limits.MaxNodesPerBrowse);
        var results = new BrowseResult[request.ContinuationPoints.Length];
        var looked = 0;
        for (var i = 0; i < results.Length; i++)
        {
            if (looked > session.Server.Limits.MaxReferencesPerRequest && !request.ReleaseContinuationPoints)
            {
                // The continuation point stays good.
                results[i] = new BrowseResult(StatusCodes.BadQueryTooComplex, null, []);
                continue;
            }

            results[i] = !session.Continuations.TryTake(request.ContinuationPoints[i], out var cursor) || cursor.Version != session.Server.AddressSpace.Version
                ? new BrowseResult(StatusCodes.BadContinuationPointInvalid, null, [])
                : request.ReleaseContinuationPoints
                    ? new BrowseResult(StatusCodes.Good, null, [])
                    : Page(session, cursor, ref looked);
        }

        session.Connection.Work += looked;

        return new BrowseNextResponse(results);
    }

    public static TranslateBrowsePathsToNodeIdsResponse Translate(Session session, TranslateBrowsePathsToNodeIdsRequest request)
    {
        Operations.Check(request.BrowsePaths.Length, session.Server.Limits.MaxNodesPerTranslate);
        var looked = 0;
        var results = new BrowsePathResult[request.BrowsePaths.Length];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = Follow(session.Server, request.BrowsePaths[i], session.Rights, ref looked);
        }

        session.Connection.Work += looked;
        return new TranslateBrowsePathsToNodeIdsResponse(results);
    }

    /// <summary>Node ids are quick enough here as they are, so registering gives the same ones back (OPC 10000-4, 5.9.5.1 leaves that to the server).</summary>
    public static RegisterNodesResponse Register(Session session, RegisterNodesRequest request)
    {
        Operations.Check(request.NodesToRegister.Length, session.Server.Limits.MaxNodesPerRegisterNodes);
        return new RegisterNodesResponse(request.NodesToRegister);
    }

    public static UnregisterNodesResponse Unregister(Session session, UnregisterNodesRequest request)
    {
        Operations.Check(request.NodesToUnregister.Length, session.Server.Limits.MaxNodesPerRegisterNodes);
        return new UnregisterNodesResponse();
    }

    private static BrowseResult BrowseNode(Session session, in BrowseDescription wanted, uint requestedMax, ref int looked)
    {
        var space = session.Server.AddressSpace;
        var node = space.Find(wanted.Node);
        if (node is null || !space.Shows(node, session.Rights))
        {
            return new BrowseResult(StatusCodes.BadNodeIdUnknown, null, []);
        }

        if (wanted.Direction is < BrowseDirection.Forward or > BrowseDirection.Both)
        {
            return new BrowseResult(StatusCodes.BadBrowseDirectionInvalid, null, []);
        }

        ReferenceTypeNode? filter = null;
        if (!wanted.ReferenceType.IsNull)
        {
            filter = space.Find(wanted.ReferenceType) as ReferenceTypeNode;
            if (filter is null)
            {
                return new BrowseResult(StatusCodes.BadReferenceTypeIdInvalid, null, []);
            }
        }

        var pageSize = (int)Math.Min(requestedMax == 0 ? uint.MaxValue : requestedMax, (uint)session.Server.Limits.MaxReferencesPerNode);
        return Page(session, new BrowseCursor(node, wanted, filter, pageSize, space.Version), ref looked);
    }

    /// <summary>The next references of a browse; <paramref name="looked"/> counts those that the whole request has made the server look at.</summary>
    private static BrowseResult Page(Session session, in BrowseCursor cursor, ref int looked)
    {
        var space = session.Server.AddressSpace;
        var wanted = cursor.Wanted;
        var page = new List<ReferenceDescription>();
        var passed = 0;
        foreach (var reference in space.ReferencesOf(cursor.Node))
        {
            looked++;
            if (!Matches(reference, wanted.Direction, cursor.Filter, wanted.IncludeSubtypes)
                || (wanted.NodeClassMask != 0 && (wanted.NodeClassMask & (uint)reference.Target.Class) == 0)
                || !space.Shows(reference.Target, session.Rights)
                || passed++ < cursor.Given)
            {
                continue;
            }

            if (page.Count == cursor.PageSize)
            {
                return session.Continuations.Count >= session.Server.Limits.MaxBrowseContinuationPoints
                    ? new BrowseResult(StatusCodes.BadNoContinuationPoints, null, [])
                    : new BrowseResult(StatusCodes.Good, session.Continuations.Add(cursor with { Given = cursor.Given + page.Count }), [.. page]);
            }

            page.Add(Describe(session, reference, wanted.ResultMask));
        }

        return new BrowseResult(StatusCodes.Good, null, [.. page]);
    }

    private static bool Matches(in Reference reference, BrowseDirection direction, ReferenceTypeNode? filter, bool includeSubtypes) =>
        (direction == BrowseDirection.Both || reference.IsForward == (direction == BrowseDirection.Forward))
        && (filter is null || ReferenceEquals(reference.Type, filter) || (includeSubtypes && reference.Type.IsOrIsSubtypeOf(filter)));

    private static ReferenceDescription Describe(Session session, in Reference reference, uint mask)
    {
        var space = session.Server.AddressSpace;
        var target = reference.Target;
        var typeDefinition = (mask & TypeDefinitionBit) != 0 && target.Class is NodeClass.Object or NodeClass.Variable ? space.TypeDefinitionOf(target)?.Id ?? default : default;
        return new ReferenceDescription(
            (mask & ReferenceTypeBit) != 0 ? reference.Type.Id : default,
            (mask & IsForwardBit) != 0 && reference.IsForward,
            target.Id,
            (mask & BrowseNameBit) != 0 ? target.BrowseName : default,
            (mask & DisplayNameBit) != 0 ? target.DisplayNameFor(session.LocaleIds) : default,
            (mask & NodeClassBit) != 0 ? target.Class : NodeClass.Unspecified,
            (mask & TypeDefinitionBit) != 0 ? typeDefinition : default);
    }

    /// <summary>Follows one path; <paramref name="looked"/> counts the references that the whole request has made the server look at.</summary>
    private static BrowsePathResult Follow(OpcUaServer server, BrowsePath path, AccessRights rights, ref int looked)
    {
        var space = server.AddressSpace;
        var start = space.Find(path.StartingNode);
        if (start is null || !space.Shows(start, rights))
        {
            return new BrowsePathResult(StatusCodes.BadNodeIdUnknown, []);
        }

        if (path.Elements.Length == 0)
        {
            return new BrowsePathResult(StatusCodes.BadNothingToDo, []);
        }

        if (path.Elements.Length > server.Limits.MaxBrowsePathElements)
        {
            return new BrowsePathResult(StatusCodes.BadQueryTooComplex, []);
        }

        HashSet<Node> nodes = [start];
        foreach (var step in path.Elements)
        {
            if (step.TargetName.Name is null or "")
            {
                return new BrowsePathResult(StatusCodes.BadBrowseNameInvalid, []);
            }

            ReferenceTypeNode? filter = null;
            if (!step.ReferenceType.IsNull && (filter = space.Find(step.ReferenceType) as ReferenceTypeNode) is null)
            {
                return new BrowsePathResult(StatusCodes.BadReferenceTypeIdInvalid, []);
            }

            var direction = step.IsInverse ? BrowseDirection.Inverse : BrowseDirection.Forward;
            var next = new HashSet<Node>();
            foreach (var node in nodes)
            {
                foreach (var reference in space.ReferencesOf(node))
                {
                    if (++looked > server.Limits.MaxReferencesPerRequest)
                    {
                        return new BrowsePathResult(StatusCodes.BadQueryTooComplex, []);
                    }

                    if (reference.Target.BrowseName == step.TargetName && Matches(reference, direction, filter, step.IncludeSubtypes) && space.Shows(reference.Target, rights))
                    {
                        next.Add(reference.Target);
                    }
                }
            }

            nodes = next;
        }

        return nodes.Count == 0
            ? new BrowsePathResult(StatusCodes.BadNoMatch, [])
            : new BrowsePathResult(StatusCodes.Good, [.. nodes.Select(static n => new BrowsePathTarget(n.Id, uint.MaxValue))]);
    }
}
