using System.Text.Json.Nodes;
using TrainingLab.Labs.Attempts.Contracts;

namespace TrainingLab.Labs.Toolbox;

/// <summary>Collects what a command prints.</summary>
internal sealed class ToolboxOutput
{
    /// <summary>Lines that a command may print; further ones are counted only.</summary>
    public const int MaxLines = 5000;

    private readonly List<CommandOutputLine> lines = [];
    private int left;

    public void Line(string text)
    {
        if (lines.Count < MaxLines)
            lines.Add(new CommandOutputLine(text));
        else
            left++;
    }

    public void Lines(string text)
    {
        foreach (var line in text.TrimEnd('\n').Split('\n'))
            Line(line.TrimEnd('\r'));
    }

    public CommandResult Done(JsonNode? json = null, int exitCode = 0)
    {
        if (left > 0)
            lines.Add(new CommandOutputLine($"… {left} more lines"));
        return new CommandResult(exitCode, lines, json);
    }

    /// <summary>It was tried and did not work.</summary>
    public static CommandResult Failed(string message, JsonNode? json = null) => new(1, [new CommandOutputLine(message, IsError: true)], json);

    /// <summary>It was not understood.</summary>
    public static CommandResult Misused(IToolboxCommand command, string message) =>
        new(2, [new CommandOutputLine(message, IsError: true), .. command.Usage.Select(u => new CommandOutputLine("usage: " + u, IsError: true))]);
}
