using TrainingLab.OpcUa.Messages;

namespace TrainingLab.OpcUa.Server.Services;

/// <summary>Adding and deleting nodes (OPC 10000-4, 5.8): the nodes of a machine are its maker's, so that every operation is answered, and refused.</summary>
internal static class NodeManagementService
{
    public static AddNodesResponse AddNodes(Session session, AddNodesRequest request) =>
        new(Refuse(session, request.NodesToAdd.Length, new AddNodesResult(StatusCodes.BadUserAccessDenied, default)));

    public static AddReferencesResponse AddReferences(Session session, AddReferencesRequest request) =>
        new(Refuse<StatusCode>(session, request.ReferencesToAdd.Length, StatusCodes.BadUserAccessDenied));

    public static DeleteNodesResponse DeleteNodes(Session session, DeleteNodesRequest request) =>
        new(Refuse<StatusCode>(session, request.NodesToDelete.Length, StatusCodes.BadUserAccessDenied));

    public static DeleteReferencesResponse DeleteReferences(Session session, DeleteReferencesRequest request) =>
        new(Refuse<StatusCode>(session, request.ReferencesToDelete.Length, StatusCodes.BadUserAccessDenied));

    private static T[] Refuse<T>(Session session, int count, T result)
    {
        Operations.Check(count, session.Server.Limits.MaxNodesPerNodeManagement);
        var results = new T[count];
        Array.Fill(results, result);
        return results;
    }
}
