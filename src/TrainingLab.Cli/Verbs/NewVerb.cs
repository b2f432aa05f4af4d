using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Definitions.Templates;

namespace TrainingLab.Cli.Verbs;

/// <summary><c>lab new lab|scenario|device ID</c>: a complete, valid starting point.</summary>
internal static class NewVerb
{
    public static Command Create()
    {
        var kind = new Argument<string>("KIND") { Description = "lab, scenario or device." };
        kind.AcceptOnlyFromAmong("lab", "scenario", "device");
        var id = new Argument<string>("ID") { Description = "Track and name of a lab, such as network/my-lab; the name of a scenario or device." };
        var command = new Command("new", "Writes a complete, valid starting point into the current folder, or that of --content; never overwrites.") { kind, id };
        command.SetAction(parsed =>
        {
            var output = VerbOutput.Of(parsed);
            var root = parsed.GetValue(CommandLineHost.Content) is null ? Directory.GetCurrentDirectory() : CommandLineHost.ContentRoot(parsed);
            var files = FilesOf(parsed.GetValue(kind)!, parsed.GetValue(id)!);
            if (files.FirstOrDefault(f => Path.Exists(Path.Combine(root, f.Path))) is { } taken)
                throw new CannotRunException(Language.Say($"{Path.Combine(root, taken.Path)} exists; nothing was written", $"{Path.Combine(root, taken.Path)} 已存在；没有写入任何内容"));
            foreach (var file in files)
                Write(Path.Combine(root, file.Path), file.Text);
            if (output.IsJson)
                output.Json(new JsonObject { ["content"] = root, ["created"] = new JsonArray([.. files.Select(f => (JsonNode)f.Path)]) });
            else
                Report(output, root, files, parsed.GetValue(kind)!, parsed.GetValue(id)!);
            return ExitCodes.Good;
        });
        return command;
    }

    private static IReadOnlyList<SourceFile> FilesOf(string kind, string id)
    {
        try
        {
            return kind switch
            {
                "lab" => DefinitionTemplates.Lab(id),
                "scenario" => DefinitionTemplates.Scenario(id),
                _ => DefinitionTemplates.Device(id),
            };
        }
        catch (ArgumentException exception)
        {
            var end = exception.Message.LastIndexOf(" (Parameter", StringComparison.Ordinal);
            throw new WrongUsageException(end < 0 ? exception.Message : exception.Message[..end]);
        }
    }

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        file.Write(Encoding.UTF8.GetBytes(text));
    }

    private static void Report(VerbOutput output, string root, IReadOnlyList<SourceFile> files, string kind, string id)
    {
        foreach (var file in files)
            output.Line(Path.Combine(root, file.Path));
        output.Line(Language.Say("now: ", "接下来：") + kind switch
        {
            "lab" => $"lab validate labs/{id}   lab test {id}",
            "scenario" => $"lab validate {files[0].Path}   lab simulate {id}",
            _ => $"lab validate {files[0].Path}",
        });
    }
}
