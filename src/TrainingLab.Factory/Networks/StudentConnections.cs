namespace TrainingLab.Factory.Networks;

/// <summary>How the account of a plant connection tells a student's real socket from a tool of the workbench.</summary>
/// <remarks>
/// Bytes from a socket come when they come, so timers of such a connection run on wall time. The workbench's tools act inside the plant, on plant time,
/// which is what makes a headless run repeatable.
/// </remarks>
public static class StudentConnections
{
    private const string SocketPrefix = "socket:";

    /// <summary>The account of a connection that a student's real socket makes.</summary>
    public static string Socket(string student) => SocketPrefix + student;

    /// <summary>Whether the bytes of a connection come from outside the process.</summary>
    public static bool IsSocket(string? account) => account?.StartsWith(SocketPrefix, StringComparison.Ordinal) == true;

    /// <summary>The student behind a connection; null for the plant's own.</summary>
    public static string? StudentOf(string? account) => IsSocket(account) ? account![SocketPrefix.Length..] : account;
}
