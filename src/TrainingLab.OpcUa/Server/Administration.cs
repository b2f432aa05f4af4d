using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.OpcUa.Server;

/// <summary>What only a SecurityAdmin may do, and only on an encrypted channel (OPC 10000-12, 7.10 and OPC 10000-18, 4.4).</summary>
internal static class Administration
{
    /// <summary>Good, BadUserAccessDenied or BadSecurityModeInsufficient.</summary>
    public static StatusCode Check(OpcUaCaller caller) => (caller.Roles & Roles.SecurityAdmin) == 0 ? StatusCodes.BadUserAccessDenied
        : caller.Mode != MessageSecurityMode.SignAndEncrypt ? StatusCodes.BadSecurityModeInsufficient
        : StatusCodes.Good;

    /// <summary>A method that nobody else may call.</summary>
    public static CallHandler Only(Func<IReadOnlyList<Variant>, OpcUaCaller, CallResult> method) => (_, _, inputs, caller, _) =>
        ValueTask.FromResult(Check(caller) is { IsBad: true } refused ? new CallResult(refused) : method(inputs, caller));
}
