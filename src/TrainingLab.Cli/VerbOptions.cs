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

    public static Option<long> Seed() => new("--seed") { Description = "Draws the variant and decides all chance.", DefaultValueFactory = _ => 1, CustomParser = ReadSeed };

    /// <summary>A whole number within limits.</summary>
    public static Option<int> Number(string name, string description, int byDefault, int least, int most) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => byDefault,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
                return number;
            result.AddError(NotUnderstood(name, result, $"a whole number from {least} to {most}", $"{least} 到 {most} 的整数"));
            return byDefault;
        },
    };

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

    private static string NotUnderstood(string option, ArgumentResult result, string en, string zh) =>
        Language.Say($"{option} {result.Tokens[0].Value} is not understood; write {en}", $"无法理解 {option} {result.Tokens[0].Value}；请写{zh}");

    private static long ReadSeed(ArgumentResult result)
    {
        if (long.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed))
            return seed;
        result.AddError(NotUnderstood("--seed", result, "a whole number of at most 18 digits", "不超过 18 位的整数"));
        return 1;
    }

    private static double ReadSpeed(ArgumentResult result)
    {
        if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var speed) && speed is > 0 and <= MaxSpeed)
            return speed;
        result.AddError(NotUnderstood("--speed", result, $"a number above 0, at most {MaxSpeed}", $"大于 0、不超过 {MaxSpeed} 的数"));
        return 1;
    }

    private static int? ReadPort(ArgumentResult result)
    {
        if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535)
            return port;
        result.AddError(NotUnderstood("--port-base", result, "a port from 1 to 65535, or 0 for any", "1 到 65535 的端口，或 0 表示任意端口"));
        return null;
    }

    private static TimeSpan? ReadDuration(ArgumentResult result)
    {
        if (Duration.TryParse(result.Tokens[0].Value, out var duration) && duration > TimeSpan.Zero)
            return duration;
        result.AddError(NotUnderstood("--for", result, $"a duration such as {Duration.Form}", $"时长，例如 {Duration.Form}"));
        return null;
    }
}
