using System.Diagnostics.CodeAnalysis;

namespace TrainingLab.Network.Configuration;

/// <summary>Reads the line commands of switches and the firewall, which consoles, toolbox and submissions share.</summary>
public static class DeviceCommandParser
{
    /// <summary>The longest line that is looked at.</summary>
    public const int MaxLength = 512;

    /// <summary>Reads one line. Words are separated by spaces; a text with spaces stands in double quotes.</summary>
    public static bool TryParse(string line, [NotNullWhen(true)] out DeviceCommand? command, [NotNullWhen(false)] out CommandError? error)
    {
        ArgumentNullException.ThrowIfNull(line);
        command = null;
        error = new CommandError("command", "not a command", "不是命令");
        return false;
    }
}
