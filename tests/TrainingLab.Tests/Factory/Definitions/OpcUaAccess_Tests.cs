using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Scenarios;

namespace TrainingLab.Tests.Factory.Definitions;

/// <summary>Roles and access in a device profile: each mistake is found where it stands.</summary>
public sealed class OpcUaAccess_Tests
{
    [Theory]
    [InlineData("roles: { operator: [olga] }", null)]
    [InlineData("roles: { operator: { users: [olga], applications: [\"urn:x\"], modes: [sign] } }", null)]
    [InlineData("access: { machine: { anonymous: [browse, read] }, F: { operator: [write] }, T: { engineer: [history, permissions] }, Restart: { supervisor: [call] }, alarms: { operator: [events] }, alarms/a: { operator: [call] } }", null)]
    [InlineData("roles: { operator: [otto] }", "9:37 unknown-reference")]
    [InlineData("certificates: true, roles: { operator: [otto] }", null)]
    [InlineData("roles: { master: [olga] }", "9:26 unknown-key")]
    [InlineData("roles: { operator: { users: [olga], modes: [encrypt] } }", "9:61 unknown-value")]
    [InlineData("modes: [sign], roles: { operator: { users: [olga], modes: [sign, signAndEncrypt] } }", "9:82 out-of-range")]
    [InlineData("roles: { operator: { modes: [sign] } }", "9:36 out-of-range")]
    [InlineData("access: { machin: { anonymous: [browse] } }", "9:27 unknown-reference")]
    [InlineData("access: { alarms/b: { anonymous: [browse] } }", "9:27 unknown-reference")]
    [InlineData("access: { machine: { everybody: [browse] } }", "9:38 unknown-key")]
    [InlineData("access: { machine: { anonymous: [brows] } }", "9:50 unknown-value")]
    [InlineData("access: { T: { operator: [read, call] } }", "9:49 out-of-range")]
    [InlineData("access: { Restart: { operator: [call, write] } }", "9:55 out-of-range")]
    [InlineData("roles: { operator: [otto] }, access: { nowhere: { operator: [read] } }", "9:37 unknown-reference, 9:56 unknown-reference")]
    public void A_mistake_is_told_with_its_place(string security, string? expected)
    {
        var mistakes = new Mistakes();
        var text = $$"""
            id: m
            title: { en: m, zh: m }
            model: M
            tags: [{ name: T }, { name: U, folder: F }]
            faces:
              opcua:
                namespaces: ["urn:x"]
                users: { olga: secret }
                security: { {{security}} }
            alarms: [{ id: a, tag: T, high: 8, message: { en: x, zh: x } }]
            """;
        ScenarioReader.ReadDevice(SourceFile.FromText("devices/m.device.yaml", text), mistakes);
        Assert.Equal(expected ?? "", string.Join(", ", mistakes.All.OrderBy(m => m.Span.Column).Select(m => $"{m.Span.Line}:{m.Span.Column} {m.Code}")));
    }

    [Fact]
    public void A_mistake_says_what_to_write()
    {
        var mistakes = new Mistakes();
        ScenarioReader.ReadDevice(
            SourceFile.FromText("devices/m.device.yaml", """
                id: m
                title: { en: m, zh: m }
                model: M
                tags: [{ name: Speed }]
                faces: { opcua: { namespaces: ["urn:x"], security: { access: { Sped: { operator: [read] }, Speed: { operator: [call] } } } } }
                """),
            mistakes);
        Assert.Equal(
            ["there is no part of this device 'Sped' | did you mean 'Speed'?", "'call' means nothing for the tag 'Speed' | write some of: browse, read, write, history, permissions"],
            mistakes.All.Select(m => $"{m.Message.En} | {m.Remedy.En}"));
    }
}
