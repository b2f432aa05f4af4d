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
        Description = "Folder with labs, scenarios and devices; the current folder where it has all three, otherwise those of the program.",
        Recursive = true,
    };

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
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var mistake in parsed.Errors)
                await diagnostics.WriteLineAsync(mistake.Message);
            await diagnostics.WriteLineAsync(parsed.CommandResult.Command == root ? "lab --help lists the verbs" : $"lab {parsed.CommandResult.Command.Name} --help says how it is used");
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
                await diagnostics.WriteLineAsync(mistake.ToString());
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
            await diagnostics.WriteLineAsync("stopped");
            return ExitCodes.CouldNotRun;
        }
#pragma warning disable CA1031 // A defect, whatever it is, ends as a message and an exit code.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            var isTraced = Environment.GetEnvironmentVariable(TraceVariable) is { Length: > 0 };
            await diagnostics.WriteLineAsync(isTraced
                ? exception.ToString()
                : $"a defect of the program: {exception.GetType().Name}: {exception.Message} ({TraceVariable}=1 shows where)");
            return ExitCodes.CouldNotRun;
        }
    }

    /// <summary>Writes the one JSON document of a verb.</summary>
    public static void WriteJson(JsonNode document) => Console.Out.WriteLine(document.ToJsonString(VerbOutput.JsonForm));

    /// <summary>The folder of labs, scenarios and devices.</summary>
    public static string ContentRoot(ParseResult parsed)
    {
        if (parsed.GetValue(Content) is { } given)
            return Directory.Exists(given) ? Path.GetFullPath(given) : throw new CannotRunException($"there is no folder {given}");
        var here = Directory.GetCurrentDirectory();
        string[] folders = [LabCatalog.LabsFolder, LabCatalog.ScenariosFolder, LabCatalog.DevicesFolder];
        return folders.All(f => Directory.Exists(Path.Combine(here, f))) ? here : LabsEnvironment.ContentRoot;
    }
}
