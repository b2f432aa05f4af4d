using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Cli;

/// <summary>Options that several verbs have.</summary>
internal static class VerbOptions
{
    /// <summary>Fastest plant, in plant seconds per second.</summary>
    private const double MaxSpeed = 10_000;

    public static Option<long> Seed() => new("--seed") { Description = "Draws the variant and decides all chance.", DefaultValueFactory = _ => 1 };

    public static Option<double> Speed()
    {
        var option = new Option<double>("--speed") { Description = "Plant seconds per second.", DefaultValueFactory = _ => 1, CustomParser = ReadSpeed };
        return option;
    }

    public static Option<int?> PortBase() => new("--port-base")
    {
        Description = "First TCP port; the first free ones from 20000 on by default. 0 takes any free ones.",
        CustomParser = ReadPort,
    };

    public static Option<TimeSpan?> For() => new("--for") { Description = "How long, such as 90s, 10m or 2h; until Ctrl-C by default.", CustomParser = ReadDuration };

    private static double ReadSpeed(ArgumentResult result)
    {
        if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var speed) && speed is > 0 and <= MaxSpeed)
            return speed;
        result.AddError($"--speed {result.Tokens[0].Value} is not understood; write a number above 0, at most {MaxSpeed}");
        return 1;
    }

    private static int? ReadPort(ArgumentResult result)
    {
        if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535)
            return port;
        result.AddError($"--port-base {result.Tokens[0].Value} is not understood; write a port from 1 to 65535, or 0 for any");
        return null;
    }

    private static TimeSpan? ReadDuration(ArgumentResult result)
    {
        if (Duration.TryParse(result.Tokens[0].Value, out var duration) && duration > TimeSpan.Zero)
            return duration;
        result.AddError($"--for {result.Tokens[0].Value} is not understood; write a duration such as {Duration.Form}");
        return null;
    }
}
