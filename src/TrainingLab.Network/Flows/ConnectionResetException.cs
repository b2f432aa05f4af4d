namespace TrainingLab.Network.Flows;

/// <summary>The other side, or the network, reset the connection: what is read after it is lost.</summary>
public sealed class ConnectionResetException : IOException
{
    public ConnectionResetException()
        : base("The connection was reset.")
    {
    }

    public ConnectionResetException(string message)
        : base(message)
    {
    }

    public ConnectionResetException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
