using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace TrainingLab.Cli;

/// <summary>Where a verb writes: one JSON document, or text for people, on standard output; diagnostics on standard error.</summary>
internal sealed class VerbOutput
{
    /// <summary>Columns where output goes into a file or a pipe: wide enough that nothing wraps.</summary>
    private const int WidthOfFile = 400;

    /// <summary>Columns that a table needs to be read.</summary>
    private const int NarrowestTable = 80;

    /// <summary>JSON as the contract shows it: camelCase, texts as they are read.</summary>
    public static readonly JsonSerializerOptions JsonForm = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TextWriter output;
    private readonly bool isTerminal;

    private VerbOutput(TextWriter output, TextWriter errors, bool isJson)
    {
        this.output = output;
        Errors = errors;
        IsJson = isJson;
        isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        var hasColors = isTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        Text = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = hasColors ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        if (!isTerminal)
            Text.Profile.Width = WidthOfFile;
    }

    /// <summary>Whether machines read it.</summary>
    public bool IsJson { get; }

    /// <summary>Text for people.</summary>
    public IAnsiConsole Text { get; }

    /// <summary>Diagnostics.</summary>
    public TextWriter Errors { get; }

    /// <summary>The output of a verb's invocation.</summary>
    public static VerbOutput Of(ParseResult parsed) =>
        new(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, parsed.GetValue(CommandLineHost.Json));

    /// <summary>Writes a line as it is.</summary>
    public void Line(string text) => output.WriteLine(text);

    /// <summary>Writes a table; where the terminal is too narrow for it, each row as its own lines.</summary>
    public void Table(Table table)
    {
        if (Text.Profile.Width >= NarrowestTable)
        {
            Text.Write(table);
            return;
        }

        foreach (var row in table.Rows)
        {
            Text.Write(row[0]);
            Text.WriteLine();
            var grid = new Grid().AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(2, 0, 2, 0) }).AddColumn();
            for (var i = 1; i < table.Columns.Count; i++)
                grid.AddRow(table.Columns[i].Header, row[i]);
            Text.Write(grid);
        }
    }

    /// <summary>Writes the one JSON document.</summary>
    public void Json(JsonNode document)
    {
        output.WriteLine(document.ToJsonString(JsonForm));
        output.Flush();
    }

    /// <summary>Does work that may take over a second; on a terminal a line says what goes on.</summary>
    /// <param name="what">What goes on, at first.</param>
    /// <param name="work">The work; it is given what tells how it goes on.</param>
    public async Task<T> WhileAsync<T>(string what, Func<Action<string>, Task<T>> work)
    {
        if (IsJson || !isTerminal)
            return await work(_ => { });
        return await Text.Status().StartAsync(Markup.Escape(what), status => work(text => status.Status(Markup.Escape(text))));
    }
}
