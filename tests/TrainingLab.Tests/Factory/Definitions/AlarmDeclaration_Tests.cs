using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Scenarios;

namespace TrainingLab.Tests.Factory.Definitions;

public sealed class AlarmDeclaration_Tests
{
    [Theory]
    [InlineData("{ id: a, tag: T, high: 8, message: { en: x, zh: x } }", null)]
    [InlineData("{ id: a, tag: T, when: [9, 11], message: { en: x, zh: x } }", null)]
    [InlineData("{ id: a, tag: U, high: 8, message: { en: x, zh: x } }", "unknown-reference")]
    [InlineData("{ id: a, tag: T, message: { en: x, zh: x } }", "out-of-range")]
    [InlineData("{ id: a, tag: T, high: 8, when: [1], message: { en: x, zh: x } }", "out-of-range")]
    [InlineData("{ id: a, tag: T, high: 8, low: 9, message: { en: x, zh: x } }", "out-of-range")]
    [InlineData("{ id: a, tag: T, high: 8, deadband: -1, message: { en: x, zh: x } }", "out-of-range")]
    [InlineData("{ id: a, tag: T, high: 8, severity: 1001, message: { en: x, zh: x } }", "out-of-range")]
    public void An_alarm_has_limits_in_order_or_values(string alarm, string? code)
    {
        var mistakes = new Mistakes();
        var text = $$"""
            id: m
            title: { en: m, zh: m }
            model: M
            tags: [{ name: T }]
            faces: { opcua: { namespaces: ["urn:x"] } }
            alarms:
              - {{alarm}}
            """;
        ScenarioReader.ReadDevice(SourceFile.FromText("devices/m.device.yaml", text), mistakes);
        Assert.Equal(code is null ? [] : [code], mistakes.All.Select(m => m.Code));
    }
}
