using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using TrainingLab.Factory.Definitions;

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

/// <summary>What all verbs share: how they are invoked, and how they write.</summary>
internal static class CommandLineHost
{
    /// <summary>One JSON document on standard output instead of text.</summary>
    public static readonly Option<bool> Json = new("--json") { Description = "One JSON document on standard output, nothing else there.", Recursive = true };

    /// <summary>Folder with labs, scenarios and devices.</summary>
    public static readonly Option<string?> Content = new("--content") { Description = "Folder with labs, scenarios and devices; those of the program by default.", Recursive = true };

    private static readonly JsonSerializerOptions Relaxed = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Human output: diagnostics and progress go to standard error.</summary>
    public static IAnsiConsole Errors { get; } = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    public static async Task<int> InvokeAsync(RootCommand root, string[] args)
    {
        root.Options.Add(Json);
        root.Options.Add(Content);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync($"lab {parsed.CommandResult.Command.Name} --help says how it is used");
            return ExitCodes.WrongUsage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (DefinitionException exception)
        {
            foreach (var mistake in exception.Mistakes)
                await Console.Error.WriteLineAsync(mistake.ToString());
            return ExitCodes.NotGood;
        }
        catch (Exception exception) when (exception is CannotRunException or IOException or UnauthorizedAccessException or FormatException or InvalidDataException or HttpRequestException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return ExitCodes.CouldNotRun;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.CouldNotRun;
        }
    }

    /// <summary>Writes the one JSON document of a verb.</summary>
    public static void WriteJson(JsonNode document) => Console.Out.WriteLine(document.ToJsonString(Relaxed));

    /// <summary>Writes the one JSON document of a verb.</summary>
    public static void WriteJson<T>(T document) => Console.Out.WriteLine(JsonSerializer.Serialize(document, Relaxed));

    /// <summary>The folder of labs, scenarios and devices.</summary>
    public static string ContentRoot(ParseResult parsed) => parsed.GetValue(Content) is { } given
        ? Directory.Exists(given) ? given : throw new CannotRunException($"there is no folder {given}")
        : Labs.Attempts.LabsEnvironment.ContentRoot;
}
