using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Definitions;

namespace TrainingLab.Cli.Verbs;

/// <summary><c>lab schema lab|scenario|device|submission</c>: the JSON Schema of a format, for editors.</summary>
internal static class SchemaVerb
{
    private static readonly JsonSerializerOptions Indented = new(VerbOutput.JsonForm) { WriteIndented = true };

    public static Command Create()
    {
        var format = new Argument<string>("FORMAT") { Description = "lab, scenario, device or submission." };
        format.AcceptOnlyFromAmong("lab", "scenario", "device", "submission");
        var command = new Command("schema", "Prints the JSON Schema of a format, which editors use to complete and check YAML.") { format };
        command.SetAction(parsed =>
        {
            var output = VerbOutput.Of(parsed);
            var schema = Of(parsed.GetValue(format)!);
            if (output.IsJson)
                output.Json(schema);
            else
                output.Line(schema.ToJsonString(Indented));
            return ExitCodes.Good;
        });
        return command;
    }

    private static JsonObject Of(string format)
    {
        var kinds = LabsEnvironment.Format.Kinds;
        return format switch
        {
            "lab" => SchemaGenerator.For<LabDefinition>(kinds, "TrainingLab lab"),
            "scenario" => SchemaGenerator.For<ScenarioDefinition>(kinds, "TrainingLab scenario"),
            "device" => SchemaGenerator.For<DeviceProfile>(kinds, "TrainingLab device"),
            _ => SchemaGenerator.For<SubmissionDefinition>(kinds, "TrainingLab submission"),
        };
    }
}
