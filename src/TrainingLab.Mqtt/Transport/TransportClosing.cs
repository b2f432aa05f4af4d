using System.IO.Pipelines;

namespace TrainingLab.Mqtt.Transport;

/// <summary>Closing a transport that may have failed already.</summary>
internal static class TransportClosing
{
    /// <summary>Completes both directions; that a broken one cannot be flushed any more does not matter.</summary>
    public static async Task CloseAsync(this IDuplexPipe transport)
    {
        try
        {
            await transport.Output.CompleteAsync();
        }
        catch (Exception)
        {
            // A stream that is gone cannot take what is left in its buffer.
        }
        try
        {
            await transport.Input.CompleteAsync();
        }
        catch (Exception)
        {
            // Nothing is read from it again.
        }
    }
}
