using System.Text.Json.Nodes;
using TrainingLab.Cli;

namespace TrainingLab.Tests.Cli;

/// <summary>One run of the <c>lab</c> command in this process: what it wrote, and how it ended.</summary>
internal sealed record Lab(int ExitCode, string Output, string Errors)
{
    /// <summary>The one JSON document on standard output; the test fails where there is anything else.</summary>
    public JsonNode Json => JsonNode.Parse(Output)!;

    public static async Task<Lab> RunAsync(params string[] words)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var exitCode = await CommandLineHost.InvokeAsync(LabCommand.Create(), words, output, errors, TestContext.Current.CancellationToken);
        return new Lab(exitCode, output.ToString(), errors.ToString());
    }
}

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("lab-cli-");

    public string Path => folder.FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => folder.Delete(recursive: true);
}
