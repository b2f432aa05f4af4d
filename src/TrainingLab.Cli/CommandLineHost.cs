using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Spectre.Console;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Definitions;

namespace TrainingLab.Cli;

/// <summary>Exit codes that scripts rely on.</summary>
internal static class ExitCodes
{
    /// <summary>Done and good.</summary>
    public const int Good = 0;

    /// <summary>Done and not good: a check failed, a file is invalid.</summary>
    public const int NotGood = 1;

    /// <summary>Wrong usage.</summary>
    public const int WrongUsage = 2;

    /// <summary>Could not run.</summary>
    public const int CouldNotRun = 3;
}

/// <summary>Something that the user can mend kept a verb from running; the message says what.</summary>
internal sealed class CannotRunException(string message) : Exception(message);

/// <summary>What was written on the command line means nothing; the message says what to write.</summary>
internal sealed class WrongUsageException(string message) : Exception(message);

/// <summary>What all verbs share: how they are invoked, and how they end.</summary>
internal static class CommandLineHost
{
    /// <summary>Set to anything, a defect of the program shows where it happened.</summary>
    private const string TraceVariable = "TRAININGLAB_TRACE";

    /// <summary>How long a verb may take to end after Ctrl-C: a hand-in runs plant time on until open holds have decided.</summary>
    private static readonly TimeSpan EndingLimit = TimeSpan.FromMinutes(5);

    /// <summary>One JSON document on standard output instead of text.</summary>
    public static readonly Option<bool> Json = new("--json") { Description = "One JSON document on standard output, nothing else there.", Recursive = true };

    /// <summary>Folder with labs, scenarios and devices.</summary>
    public static readonly Option<string?> Content = new("--content")
    {
        Description = "Folder with labs, scenarios and devices; the current folder where it has any, otherwise those of the program.",
        Recursive = true,
    };

    /// <summary>Language of texts for people.</summary>
    public static readonly Option<string?> Lang = OneOf(new Option<string?>("--lang") { Description = "Language of texts: en or zh; that of the system by default.", Recursive = true }, Language.All);

    /// <summary>Runs what a command line says.</summary>
    /// <param name="root">The command.</param>
    /// <param name="args">The words after it.</param>
    /// <param name="output">Standard output; the console's by default.</param>
    /// <param name="error">Standard error; the console's by default.</param>
    /// <param name="cancellationToken">Ends a verb that runs on, as Ctrl-C does.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> InvokeAsync(
        RootCommand root, IReadOnlyList<string> args, TextWriter? output = null, TextWriter? error = null, CancellationToken cancellationToken = default)
    {
        if (output is null && OperatingSystem.IsWindows() && !Console.IsOutputRedirected)
            Console.OutputEncoding = Encoding.UTF8;
        var diagnostics = error ?? Console.Error;
        root.Options.Add(Json);
        root.Options.Add(Content);
        root.Options.Add(Lang);
        Language.Choose(args);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var message in MessagesOf(root, parsed))
                await diagnostics.WriteLineAsync(message);
            return ExitCodes.WrongUsage;
        }

        try
        {
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = EndingLimit, Output = output ?? Console.Out, Error = diagnostics };
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (DefinitionException exception)
        {
            foreach (var mistake in exception.Mistakes)
                await diagnostics.WriteLineAsync(mistake.ToString(Language.Tag));
            return ExitCodes.NotGood;
        }
        catch (WrongUsageException exception)
        {
            await diagnostics.WriteLineAsync(exception.Message);
            return ExitCodes.WrongUsage;
        }
        catch (Exception exception) when (exception is CannotRunException or IOException or UnauthorizedAccessException or FormatException or InvalidDataException or HttpRequestException)
        {
            await diagnostics.WriteLineAsync(exception.Message);
            return ExitCodes.CouldNotRun;
        }
        catch (OperationCanceledException)
        {
            await diagnostics.WriteLineAsync(Language.Say("stopped", "已停止"));
            return ExitCodes.CouldNotRun;
        }
#pragma warning disable CA1031 // A defect, whatever it is, ends as a message and an exit code.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            var isTraced = Environment.GetEnvironmentVariable(TraceVariable) is { Length: > 0 };
            await diagnostics.WriteLineAsync(isTraced
                ? exception.ToString()
                : Language.Say(
                    $"a defect of the program: {exception.GetType().Name}: {exception.Message} ({TraceVariable}=1 shows where)",
                    $"程序缺陷：{exception.GetType().Name}：{exception.Message}（设置 {TraceVariable}=1 可显示位置）"));
            return ExitCodes.CouldNotRun;
        }
    }

    private static Option<string?> OneOf(Option<string?> option, string[] values)
    {
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    /// <summary>What is wrong with a command line, and where to look. A verb that there is not comes before whatever follows from it.</summary>
    private static IEnumerable<string> MessagesOf(RootCommand root, ParseResult parsed)
    {
        if (parsed.CommandResult.Command == root && parsed.UnmatchedTokens is [var word, ..])
        {
            var (en, zh) = Nearest.Suggest(word, root.Subcommands.Select(c => c.Name));
            yield return word.StartsWith('-')
                ? Language.Say($"there is no option {word} before a verb", $"动词之前没有选项 {word}")
                : Language.Say($"there is no verb {word}; {en}", $"没有动词 {word}；{zh}");
        }
        else
        {
            foreach (var mistake in parsed.Errors)
                yield return mistake.Message;
        }

        var verb = parsed.CommandResult.Command == root ? "" : parsed.CommandResult.Command.Name + " ";
        yield return Language.Say($"lab {verb}--help says how it is used", $"用法见 lab {verb}--help");
    }

    /// <summary>The folder of labs, scenarios and devices.</summary>
    public static string ContentRoot(ParseResult parsed)
    {
        if (parsed.GetValue(Content) is { } given)
            return Directory.Exists(given) ? Path.GetFullPath(given) : throw new CannotRunException(Language.Say($"there is no folder {given}", $"没有文件夹 {given}"));
        var here = Directory.GetCurrentDirectory();
        return LabCatalog.IsContentRoot(here) ? here : LabsEnvironment.ContentRoot;
    }
}
