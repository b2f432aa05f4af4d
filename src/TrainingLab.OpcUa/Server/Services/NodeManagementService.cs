using TrainingLab.OpcUa.Events;
using TrainingLab.OpcUa.Messages;

namespace TrainingLab.OpcUa.Server.Services;

/// <summary>Adding and deleting nodes (OPC 10000-4, 5.8): the nodes of a machine are its maker's, so that every operation is answered, and refused.</summary>
internal static class NodeManagementService
{
    public static AddNodesResponse AddNodes(Session session, AddNodesRequest request)
    {
        var refused = Refuse(session, request.NodesToAdd.Length, new AddNodesResult(StatusCodes.BadUserAccessDenied, default));
        session.Server.Audit.NodeManagement(session.Caller, EventTypeIds.AuditAddNodesEventType, "AddNodes", "NodesToAdd", 378, request.NodesToAdd);
        return new(refused);
    }

    public static AddReferencesResponse AddReferences(Session session, AddReferencesRequest request)
    {
        var refused = Refuse<StatusCode>(session, request.ReferencesToAdd.Length, StatusCodes.BadUserAccessDenied);
        session.Server.Audit.NodeManagement(session.Caller, EventTypeIds.AuditAddReferencesEventType, "AddReferences", "ReferencesToAdd", 381, request.ReferencesToAdd);
        return new(refused);
    }

    public static DeleteNodesResponse DeleteNodes(Session session, DeleteNodesRequest request)
    {
        var refused = Refuse<StatusCode>(session, request.NodesToDelete.Length, StatusCodes.BadUserAccessDenied);
        session.Server.Audit.NodeManagement(session.Caller, EventTypeIds.AuditDeleteNodesEventType, "DeleteNodes", "NodesToDelete", 384, request.NodesToDelete);
        return new(refused);
    }

    public static DeleteReferencesResponse DeleteReferences(Session session, DeleteReferencesRequest request)
    {
        var refused = Refuse<StatusCode>(session, request.ReferencesToDelete.Length, StatusCodes.BadUserAccessDenied);
        session.Server.Audit.NodeManagement(session.Caller, EventTypeIds.AuditDeleteReferencesEventType, "DeleteReferences", "ReferencesToDelete", 387, request.ReferencesToDelete);
        return new(refused);
    }

    private static T[] Refuse<T>(Session session, int count, T result)
    {
        Operations.Check(count, session.Server.Limits.MaxNodesPerNodeManagement);
        var results = new T[count];
        Array.Fill(results, result);
        return results;
    }
}
