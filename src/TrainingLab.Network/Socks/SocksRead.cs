namespace TrainingLab.Network.Socks;

/// <summary>How reading a message ended. Only <see cref="Complete"/> has moved the reader.</summary>
internal enum SocksRead
{
    Incomplete,
    Complete,

    /// <summary>Never becomes a message, whatever follows.</summary>
    Malformed,
}
