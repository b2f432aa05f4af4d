using System.CommandLine;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Definitions.Validation;

namespace TrainingLab.Cli.Verbs;

/// <summary><c>lab validate [PATH…]</c>: every mistake in labs, scenarios and devices, as <c>file:line:column: code: message</c>.</summary>
internal static class ValidateVerb
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("PATH") { Description = "Files or folders below the content folder; everything by default.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("validate", "Reports every mistake in labs, scenarios and devices.") { paths };
        command.SetAction(parsed =>
        {
            var output = VerbOutput.Of(parsed);
            var root = CommandLineHost.ContentRoot(parsed);
            var catalog = LabCatalog.Load(root, LabsEnvironment.Format);
            var wanted = (parsed.GetValue(paths) ?? []).Select(p => Relative(root, p)).ToList();
            var mistakes = new DefinitionValidator(catalog).ValidateAll()
                .Where(m => wanted.Count == 0 || wanted.Any(w => m.Span.File.StartsWith(w, StringComparison.Ordinal)))
                .ToList();
            if (output.IsJson)
            {
                output.Json(new JsonObject
                {
                    ["mistakes"] = new JsonArray([.. mistakes.Select(m => (JsonNode)ToJson(m))]),
                });
            }
            else
            {
                foreach (var mistake in mistakes)
                    output.Line(mistake.ToString());
                output.Line(mistakes.Count == 0
                    ? $"{catalog.Labs.Count} labs, {catalog.Scenarios.Count} scenarios, {catalog.Devices.Count} devices: no mistakes"
                    : $"{mistakes.Count} mistakes");
            }

            return mistakes.Count == 0 ? ExitCodes.Good : ExitCodes.NotGood;
        });
        return command;
    }

    private static JsonObject ToJson(Mistake mistake) => new()
    {
        ["file"] = mistake.Span.File,
        ["line"] = mistake.Span.Line,
        ["column"] = mistake.Span.Column,
        ["code"] = mistake.Code,
        ["message"] = mistake.ToString(),
    };

    private static string Relative(string root, string path)
    {
        var full = Path.Exists(path) ? Path.GetFullPath(path) : Path.GetFullPath(Path.Combine(root, path));
        if (!Path.Exists(full))
            throw new CannotRunException($"there is no {path}");
        return Path.GetRelativePath(root, full).Replace('\\', '/');
    }
}
