using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Cli.Validation;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Definitions.Validation;

namespace TrainingLab.Cli.Verbs;

/// <summary><c>lab validate [PATH…]</c>: every mistake in labs, scenarios and devices, as <c>file:line:column: code: message</c>.</summary>
internal static class ValidateVerb
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("PATH") { Description = "Files or folders, anywhere; everything in the content folder by default.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("validate", "Reports every mistake in labs, scenarios and devices.") { paths };
        command.SetAction(parsed =>
        {
            var output = VerbOutput.Of(parsed);
            var targets = new ValidationTargets(CommandLineHost.ContentRoot(parsed));
            var result = Sum(parsed.GetValue(paths) is { Length: > 0 } given ? given.SelectMany(g => ValidateAt(targets, g)) : [targets.Everything().Validate()]);
            if (output.IsJson)
                output.Json(ToJson(result));
            else
                Write(output, result);
            return result.Mistakes.Count == 0 ? ExitCodes.Good : ExitCodes.NotGood;
        });
        return command;
    }

    /// <summary>Validates what one word names. A folder without definitions is refused: to call it free of mistakes would hide a wrong path.</summary>
    private static List<ValidationResult> ValidateAt(ValidationTargets targets, string given)
    {
        var results = targets.Find(given).Select(t => t.Validate()).ToList();
        return Directory.Exists(given) && results.All(r => r is { Labs: 0, Scenarios: 0, Devices: 0, Mistakes.Count: 0 })
            ? throw new CannotRunException(Language.Say(
                $"there is no lab, scenario or device in {given}; they are named lab.yaml, NAME.scenario.yaml and NAME.device.yaml",
                $"{given} 中没有实验、场景或设备模板；文件名应为 lab.yaml、名称.scenario.yaml 和 名称.device.yaml"))
            : results;
    }

    private static ValidationResult Sum(IEnumerable<ValidationResult> results)
    {
        var all = results.ToList();
        var mistakes = new Mistakes();
        foreach (var result in all)
            mistakes.AddRange(result.Mistakes);
        return new ValidationResult(all.Sum(r => r.Labs), all.Sum(r => r.Scenarios), all.Sum(r => r.Devices), mistakes.All);
    }

    private static void Write(VerbOutput output, ValidationResult result)
    {
        foreach (var mistake in result.Mistakes)
            output.Line(mistake.ToString(Language.Tag));
        if (result.Mistakes.Count > 0)
        {
            output.Line(Language.Say(Counted(result.Mistakes.Count, "mistake"), $"{result.Mistakes.Count} 处错误"));
            return;
        }

        (int Count, string En, string Zh)[] kinds = [(result.Labs, "lab", "个实验"), (result.Scenarios, "scenario", "个场景"), (result.Devices, "device", "个设备模板")];
        var found = kinds.Where(k => k.Count > 0).ToList();
        var what = found.Count == 0 ? "" : Language.Say(string.Join(", ", found.Select(k => Counted(k.Count, k.En))) + ": ", string.Join("、", found.Select(k => $"{k.Count} {k.Zh}")) + "：");
        output.Line(what + Language.Say("no mistakes", "没有错误"));
    }

    private static string Counted(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    private static JsonObject ToJson(ValidationResult result) => new()
    {
        ["labs"] = result.Labs,
        ["scenarios"] = result.Scenarios,
        ["devices"] = result.Devices,
        ["mistakes"] = new JsonArray([.. result.Mistakes.Select(m => (JsonNode)new JsonObject
        {
            ["file"] = m.Span.File,
            ["line"] = m.Span.Line,
            ["column"] = m.Span.Column,
            ["code"] = m.Code,
            ["message"] = m.Text(Language.Tag),
        })]),
    };
}
