using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Labs.Definitions;

namespace TrainingLab.Tests.Labs.Definitions;

public sealed class LabSchemaTests
{
    private static readonly JsonObject s_schema = SchemaGenerator.For<LabDefinition>(SampleLab.Format.Kinds, "TrainingLab lab");

    [Fact]
    public void The_schema_has_every_key_of_the_lab_with_its_description()
    {
        var properties = s_schema["properties"]!.AsObject();

        Assert.Equal("https://json-schema.org/draft/2020-12/schema", s_schema["$schema"]!.GetValue<string>());
        Assert.Contains("stopPoints", properties.Select(p => p.Key));
        Assert.All(properties, p => Assert.NotEmpty(p.Value!["description"]!.GetValue<string>()));
        Assert.Contains("passAt", s_schema["required"]!.AsArray().Select(r => r!.GetValue<string>()));
        Assert.DoesNotContain("with", s_schema["required"]!.AsArray().Select(r => r!.GetValue<string>()));
    }

    [Fact]
    public void Kinds_stand_among_the_keys_of_a_check_and_exactly_one_is_required()
    {
        var check = s_schema["$defs"]!["CheckDefinition"]!;

        Assert.NotNull(check["properties"]!["probe"]);
        Assert.Equal(3, check["allOf"]![0]!["oneOf"]!.AsArray().Count);
        Assert.Equal("#/$defs/SampleProbe", s_schema["$defs"]!["CheckPredicate"]!["properties"]!["probe"]!["$ref"]!.GetValue<string>());
    }

    [Fact]
    public void Every_reference_in_the_schema_exists()
    {
        var defs = s_schema["$defs"]!.AsObject().Select(d => "#/$defs/" + d.Key).ToHashSet(StringComparer.Ordinal);

        Assert.All(References(s_schema), r => Assert.Contains(r, defs));
    }

    [Fact]
    public void A_submission_step_may_be_a_text()
    {
        var schema = SchemaGenerator.For<SubmissionDefinition>(SampleLab.Format.Kinds, "TrainingLab submission");

        Assert.NotNull(schema["$defs"]!["SubmissionStep"]!["anyOf"]);
    }

    [Fact]
    public void Scenarios_and_devices_have_a_schema_too()
    {
        foreach (var schema in (JsonObject[])
            [SchemaGenerator.For<ScenarioDefinition>(new KindRegistry(), "TrainingLab scenario"), SchemaGenerator.For<DeviceProfile>(new KindRegistry(), "TrainingLab device")])
        {
            var defs = schema["$defs"]!.AsObject().Select(d => "#/$defs/" + d.Key).ToHashSet(StringComparer.Ordinal);
            Assert.All(References(schema), r => Assert.Contains(r, defs));
        }
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(p => p.Key == "$ref" ? [p.Value!.GetValue<string>()] : References(p.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };
}
