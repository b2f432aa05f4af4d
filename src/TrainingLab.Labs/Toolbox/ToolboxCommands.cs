using System.Text.Json;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.OpcUa;

namespace TrainingLab.Labs.Toolbox;

/// <summary>All commands, and how a line becomes one.</summary>
public static class ToolboxCommands
{
    /// <summary>Plant time after which a command is given up.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private static readonly SortedDictionary<string, IToolboxCommand> Commands = new(
        new IToolboxCommand[]
        {
            new HelpCommand(),
            new EndpointsCommand(),
            new ConnectCommand(),
            new SwitchCommand(),
            new HttpCommand(),
            new ResolveCommand(),
            new OpcUaCommand(),
            new MqttCommand(),
            new QueryCommand(),
            new AnswerCommand(),
            new HintCommand(),
            new StatusCommand(),
            new FaultCommand(),
        }.ToDictionary(c => c.Name, StringComparer.Ordinal),
        StringComparer.Ordinal);

    /// <summary>Names of the commands that every lab allows.</summary>
    public static IReadOnlySet<string> Always { get; } = new HashSet<string>(StringComparer.Ordinal) { "help", "endpoints", "answer", "hint", "status" };

    /// <summary>All commands by name.</summary>
    public static IReadOnlyCollection<IToolboxCommand> All => Commands.Values;

    /// <summary>Names of the commands that students may use.</summary>
    public static IReadOnlySet<string> Names { get; } = Commands.Values.Where(static c => !c.IsForInstructors).Select(static c => c.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>Names of the commands that only instructors, and the initial state of a lab, may use.</summary>
    public static IReadOnlySet<string> InstructorNames { get; } = Commands.Keys.Where(static n => !Names.Contains(n)).ToHashSet(StringComparer.Ordinal);

    /// <summary>The command of a name that may be used; null where there is none.</summary>
    public static IToolboxCommand? Find(ToolboxContext context, string name) =>
        Commands.TryGetValue(name, out var command) && IsAllowed(context, name) ? command : null;

    /// <summary>Whether whoever asks may use a command: a student those that the lab lets him use.</summary>
    public static bool IsAllowed(ToolboxContext context, string name) => Commands.TryGetValue(name, out var command) && command.IsForInstructors
        ? context.IsInstructor || context.Account is null
        : context.Allowed is not { } allowed || Always.Contains(name) || allowed.Contains(name);

    /// <summary>Runs a line on the factory's scheduler.</summary>
    public static async Task<CommandResult> RunAsync(ToolboxContext context, string line, CancellationToken cancellationToken)
    {
        if (line.Length > ToolboxArguments.MaxLength)
            return Wrong($"the line is longer than {ToolboxArguments.MaxLength} characters");
        if (ToolboxArguments.Split(line) is not { } words)
            return Wrong("a quote is not closed");
        if (words.Count == 0)
            return Wrong("write a command; help lists them");
        if (Find(context, words[0]) is not { } command)
            return Wrong($"there is no command {words[0]} here; help lists them");
        using var limit = new CancellationTokenSource(Limit, context.Factory.Clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var arguments = ToolboxArguments.Parse([.. words.Skip(1)], "auth", "trace", "retain", "body", "headers", "all", "bounds", "tls", "sparkplug");
            return await command.RunAsync(context, arguments, both.Token);
        }
        catch (Exception e) when (e is IOException or OpcUaException or TimeoutException or ArgumentException or FormatException or JsonException)
        {
            // The last three: something was typed that a protocol cannot carry, or somebody answered what the command cannot read.
            return ToolboxOutput.Failed(e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ToolboxOutput.Failed($"given up after {Limit.TotalMinutes} minutes");
        }
    }

    /// <summary>How a line can go on at the cursor.</summary>
    public static CompletionResult Complete(ToolboxContext context, string line, int cursor)
    {
        var before = line[..Math.Clamp(cursor, 0, line.Length)];
        var start = before.LastIndexOf(' ') + 1;
        var prefix = before[start..];
        var words = before[..start].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<string> candidates = words.Length == 0
            ? Commands.Keys.Where(n => IsAllowed(context, n))
            : Find(context, words[0])?.Complete(context, [.. words.Skip(1)]) ?? [];
        return new CompletionResult(start, [.. candidates.Where(c => c.StartsWith(prefix, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(50)]);
    }

    private static CommandResult Wrong(string message) => new(2, [new CommandOutputLine(message, IsError: true)]);
}
