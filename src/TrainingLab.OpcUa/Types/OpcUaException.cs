namespace TrainingLab.OpcUa;

/// <summary>
/// A protocol error with the protocol's own code: what a decoder found in bytes from outside, or what a peer answered to a whole service.
/// Outcomes of single operations in a service are values, not exceptions.
/// </summary>
public sealed class OpcUaException : Exception
{
    /// <summary>An error with its code and a reason for people.</summary>
    public OpcUaException(StatusCode status, string? reason = null, Exception? innerException = null)
        : base(reason is null ? status.Name : $"{status.Name}: {reason}", innerException)
    {
        Status = status;
        Reason = reason;
        Told = status;
    }

    /// <summary>The code of the standard.</summary>
    public StatusCode Status { get; }

    /// <summary>What the peer that caused it is told, where that is less than <see cref="Status"/>: security checks do not say which of them failed.</summary>
    public StatusCode Told { get; init; }

    /// <summary>The reason without the code, or null.</summary>
    public string? Reason { get; }
}
