namespace TrainingLab.Network.Configuration;

internal static class DeviceCommandText
{
    public static string Write(DeviceCommand command) => command.GetType().Name;
}
