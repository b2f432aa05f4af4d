using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Tests.House;

namespace TrainingLab.Tests.Factory.Definitions;

/// <summary>Broken scenarios and profiles: the mark « stands where the mistake has to be reported.</summary>
public sealed class Scenario_Rules_Tests
{
    private const string Scenario = """
        id: hall
        title: { en: Hall, zh: 车间 }
        tick: 100ms
        history: { duration: 60s, step: 1s, sample: 10s }
        network:
          workstation: desk
          vlans: [{ id: 10, name: cell }, { id: 20, name: office }]
          switches:
            - id: sw-1
              address: 10.9.9.1/24
              managementVlan: 10
              ports:
                1: { access: 10 }
                2: { access: 10 }
                3: { access: 10 }
                4: { access: 10 }
                5: { access: 10 }
                6: { access: 10 }
                7: { access: 10 }
                8: { native: 10, allowed: [10, 20] }
                9: { native: 10, allowed: [10, 20] }
            - id: sw-2
              address: 10.9.9.2/24
              managementVlan: 10
              ports:
                1: { access: 20 }
                8: { native: 10, allowed: [10, 20] }
          cables: [{ from: "sw-1:8", to: "sw-2:8" }]
          router:
            id: fw-1
            switch: sw-1
            port: 9
            console: 10.9.0.1
            interfaces: [{ vlan: 10, address: 10.9.0.1/24 }]
            rules: [{ id: in, action: allow, from: any, to: 10.9.0.0/24, ports: ["80"] }]
          hosts:
            - id: desk
              at: { address: 10.9.0.10/24, gateway: 10.9.0.1, switch: sw-1, port: 1 }
              listens: [445]
        devices:
          - { id: filler-1, profile: filler, at: { address: 10.9.0.11/24, switch: sw-1, port: 2 } }
          - { id: belt-1, profile: conveyor, at: { address: 10.9.0.12/24, switch: sw-1, port: 3 }, parameters: { capacity: 20 } }
          - { id: climate-1, profile: hall-climate, at: { address: 10.9.0.13/24, switch: sw-1, port: 4 } }
        line: [filler-1, belt-1]
        services:
          broker: { id: broker, at: { address: 10.9.0.5/24, switch: sw-1, port: 5 } }
          historian: { id: historian, at: { address: 10.9.0.6/24, switch: sw-1, port: 6 } }
          gateways: [{ id: edge, at: { address: 10.9.0.7/24, switch: sw-1, port: 7 }, poll: [filler-1], broker: broker, sparkplug: { group: hall, primaryHost: scada, deadband: 1 } }]
          collectors: [{ id: store, at: { address: 10.9.5.8/24, switch: sw-2, port: 1 }, broker: broker, historian: historian }]
        faults: [{ device: filler-1, fault: volume-stuck, at: 10s }]
        """;

    private static readonly string OldHash = TrainingLab.Mqtt.Authentication.ScramCredentials.Of("x", "salt"u8, iterations: 10).ToString();

    private const string Identifiers = """
          identifiers:
            - { id: root, role: root, at: { address: 10.9.0.21/24, switch: sw-1, port: 1 }, prefixes: ["88"], delegates: { "88.1": leaf }, handles: [{ handle: 88/a, values: [{ index: 1, type: URL, data: x }] }] }
            - { id: leaf, role: enterprise, at: { address: 10.9.0.22/24, switch: sw-1, port: 2 }, prefixes: ["88.1"] }
            - { id: ask, role: recursive, root: root, at: { address: 10.9.0.23/24, switch: sw-1, port: 3 } }

        """;

    private const string Device = """
        id: sensor
        title: { en: Sensor, zh: 传感器 }
        model: S-1
        process: { kind: hall-climate }
        tags:
          - { name: Temperature, low: 0, high: 50 }
          - { name: Humidity }
        faces:
          opcua: { namespaces: ["urn:x:{device}"] }
          mqtt: { topic: plant/x, qos: 1, interval: 5s, tags: [Humidity] }
          sparkplug: { group: hall, node: "{device}", device: air, metrics: [Temperature, { tag: Humidity, name: Air/Humidity, period: 2s }] }
        faults:
          - { id: stuck-1, tag: Temperature, kind: stuck }
        """;

    [Fact]
    public void The_sound_scenario_has_no_mistake() => Assert.Empty(Read(Scenario).All);

    [Theory]
    [InlineData("id: hall", "id: «Hall", MistakeCodes.BadFormat)]
    [InlineData("tick: 100ms", "tick: «2s", MistakeCodes.OutOfRange)]
    [InlineData("duration: 60s, step: 1s", "duration: «60500ms, step: 1s", ScenarioMistakeCodes.NotAMultiple)]
    [InlineData("workstation: desk", "workstation: «disk", MistakeCodes.UnknownReference)]
    [InlineData("{ id: 20, name: office }", "{ id: «10, name: office }", MistakeCodes.DuplicateId)]
    [InlineData("{ id: 20, name: office }", "{ id: «4095, name: office }", MistakeCodes.OutOfRange)]
    [InlineData("1: { access: 20 }", "1: { access: «0 }", MistakeCodes.OutOfRange)]
    [InlineData("1: { access: 20 }", "1: { access: «20, native: 10 }", MistakeCodes.OneOf)]
    [InlineData("1: { access: 20 }", "1: { access: 20 }\n        «65: { access: 20 }", MistakeCodes.OutOfRange)]
    [InlineData("9: { native: 10, allowed: [10, 20] }", "9: { native: 10, allowed: [10, «5000] }", MistakeCodes.OutOfRange)]
    [InlineData("address: 10.9.9.1/24", "address: «10.9.9.1", MistakeCodes.BadFormat)]
    [InlineData("address: 10.9.9.2/24", "address: «10.9.9.1/24", ScenarioMistakeCodes.DuplicateAddress)]
    [InlineData("address: 10.9.0.11/24", "address: «10.9.0.0/24", MistakeCodes.BadFormat)]
    [InlineData("address: 10.9.0.11/24", "address: «10.9.0.255/24", MistakeCodes.BadFormat)]
    [InlineData("address: 10.9.0.11/24", "address: «10.9.0.300/24", MistakeCodes.BadFormat)]
    [InlineData("address: 10.9.0.11/24", "address: «10.9.0.10/24", ScenarioMistakeCodes.DuplicateAddress)]
    [InlineData("gateway: 10.9.0.1", "gateway: «10.9.1.1", ScenarioMistakeCodes.OutsideNetwork)]
    [InlineData("gateway: 10.9.0.1", "gateway: «router", MistakeCodes.BadFormat)]
    [InlineData("switch: sw-1, port: 2", "switch: «sw-9, port: 2", MistakeCodes.UnknownReference)]
    [InlineData("switch: sw-1, port: 2", "switch: sw-1, port: «33", MistakeCodes.UnknownReference)]
    [InlineData("switch: sw-1, port: 2", "switch: sw-1, port: «1", ScenarioMistakeCodes.PortTaken)]
    [InlineData("from: \"sw-1:8\"", "from: «\"sw-1\"", MistakeCodes.BadFormat)]
    [InlineData("from: \"sw-1:8\"", "from: «\"sw-1:80\"", MistakeCodes.UnknownReference)]
    [InlineData("from: \"sw-1:8\"", "from: «\"sw-7:8\"", MistakeCodes.UnknownReference)]
    [InlineData("from: \"sw-1:8\"", "from: «\"sw-1:9\"", ScenarioMistakeCodes.PortTaken)]
    [InlineData("console: 10.9.0.1", "console: «10.9.0.2", ScenarioMistakeCodes.OutsideNetwork)]
    [InlineData("{ vlan: 10, address: 10.9.0.1/24 }", "{ vlan: 10, address: 10.9.0.1/24 }, { vlan: «10, address: 10.9.3.1/24 }", MistakeCodes.DuplicateId)]
    [InlineData("from: any", "from: «10.9.0.0/40", MistakeCodes.BadFormat)]
    [InlineData("ports: [\"80\"]", "ports: [«\"http\"]", MistakeCodes.BadFormat)]
    [InlineData("listens: [445]", "listens: [445, «70000]", MistakeCodes.OutOfRange)]
    [InlineData("listens: [445]", "listens: [445, «445]", ScenarioMistakeCodes.PortTaken)]
    [InlineData("id: belt-1", "id: «filler-1", MistakeCodes.DuplicateId)]
    [InlineData("parameters: { capacity: 20 }", "parameters: { capacty: «20 }", MistakeCodes.OutOfRange)]
    [InlineData("line: [filler-1, belt-1]", "line: [filler-1, «belt-2]", MistakeCodes.UnknownReference)]
    [InlineData("line: [filler-1, belt-1]", "line: [filler-1, «climate-1]", MistakeCodes.OutOfRange)]
    [InlineData("line: [filler-1, belt-1]", "line: [filler-1, «filler-1]", MistakeCodes.DuplicateId)]
    [InlineData("poll: [filler-1]", "poll: [«filer-1]", MistakeCodes.UnknownReference)]
    [InlineData("poll: [filler-1]", "poll: [filler-1, «filler-1]", MistakeCodes.DuplicateId)]
    [InlineData("poll: [filler-1]", "poll: [«climate-1]", ScenarioMistakeCodes.MissingService)]
    [InlineData("poll: [filler-1], broker: broker", "poll: [filler-1], broker: «mosquitto", MistakeCodes.UnknownReference)]
    [InlineData("group: hall", "group: «hall/2", MistakeCodes.BadFormat)]
    [InlineData("group: hall", "group: «STATE", MistakeCodes.BadFormat)]
    [InlineData("group: hall", "group: hall, node: «\"edge#1\"", MistakeCodes.BadFormat)]
    [InlineData("primaryHost: scada", "primaryHost: «sca+da", MistakeCodes.BadFormat)]
    [InlineData("deadband: 1 }", "deadband: «101 }", MistakeCodes.OutOfRange)]
    [InlineData("group: hall, primaryHost", "«primaryHosts: scada, group: hall, primaryHost", MistakeCodes.UnknownKey)]
    [InlineData("historian: historian }", "historian: «influx }", MistakeCodes.UnknownReference)]
    [InlineData("fault: volume-stuck", "fault: «volume-stack", MistakeCodes.UnknownReference)]
    [InlineData("device: filler-1, fault", "device: «filler-2, fault", MistakeCodes.UnknownReference)]
    [InlineData("fault: volume-stuck, at: 10s", "fault: server-slow, at: 10s, lasts: «0s", MistakeCodes.OutOfRange)]
    public void Each_mistake_is_told_at_its_place(string sound, string broken, string code) => AssertMistake(Scenario, "hall.scenario.yaml", sound, broken, code, Read);

    [Theory]
    [InlineData("users: { mes: secret,", "users: { mes: «SCRAM-SHA-256$1:no,", MistakeCodes.BadFormat)]
    [InlineData("topic: plant/#", "topic: «plant/#/x", MistakeCodes.BadFormat)]
    [InlineData("topic: plant/#", "«tpic: plant/#", MistakeCodes.UnknownKey)]
    [InlineData("user: mes, allow", "user: «mess, allow", MistakeCodes.UnknownReference)]
    [InlineData("allow: [publish]", "allow: [«write]", MistakeCodes.UnknownValue)]
    [InlineData("payloadSize: 100", "payloadSize: «-1", MistakeCodes.OutOfRange)]
    [InlineData("payloadSize: 100", "keepAlive: «19h", MistakeCodes.OutOfRange)]
    [InlineData("broker: broker, login: { user: mes }", "broker: broker, login: { user: «mess }", MistakeCodes.UnknownReference)]
    [InlineData("broker: broker, login: { user: mes }", "broker: broker, login: { user: «old }", MistakeCodes.MissingKey)]
    [InlineData("plain: true", "plain: «false", ScenarioMistakeCodes.MissingService)]
    [InlineData("plain: true", "tls: { port: «1883 }", ScenarioMistakeCodes.PortTaken)]
    [InlineData("plain: true", "tls: { certificates: [mes, «broker] }", MistakeCodes.DuplicateId)]
    [InlineData("plain: true", "tls: { certificates: [mes, «\"\"] }", MistakeCodes.BadFormat)]
    [InlineData("login: { user: mes }", "login: «{ password: x }", MistakeCodes.MissingKey)]
    [InlineData("login: { user: mes }", "login: { user: mes, tls: «true }", ScenarioMistakeCodes.MissingService)]
    [InlineData("login: { user: mes }", "login: { certificate: «true }", ScenarioMistakeCodes.MissingService)]
    [InlineData("port: 2 } }", "port: 2 }, login: «{ user: mes } }", ScenarioMistakeCodes.MissingService)]
    public void Each_mistake_of_a_broker_and_its_logins_is_told_at_its_place(string sound, string broken, string code)
    {
        var scenario = Scenario.Replace("id: broker, at: { address: 10.9.0.5/24, switch: sw-1, port: 5 }",
            "id: broker, at: { address: 10.9.0.5/24, switch: sw-1, port: 5 }, users: { mes: secret, old: " + OldHash + " }, access: [{ topic: plant/#, user: mes, allow: [publish] }], limits: { payloadSize: 100 }, plain: true",
            StringComparison.Ordinal).Replace("poll: [filler-1], broker: broker", "poll: [filler-1], broker: broker, login: { user: mes }", StringComparison.Ordinal);
        Assert.Empty(Read(scenario).All);
        AssertMistake(scenario, "hall.scenario.yaml", sound, broken, code, Read);
    }

    [Fact]
    public void A_login_without_TLS_at_a_broker_that_has_nothing_else_is_told()
    {
        var scenario = Scenario.Replace("switch: sw-1, port: 5 } }", "switch: sw-1, port: 5 }, plain: false, tls: { } }", StringComparison.Ordinal)
            .Replace("poll: [filler-1], broker: broker", "poll: [filler-1], broker: broker, login: { user: edge, password: old, tls: true }", StringComparison.Ordinal);
        Assert.Empty(Read(scenario).All);
        AssertMistake(scenario, "hall.scenario.yaml", "login: { user: edge, password: old, tls: true }", "login: «{ user: edge, password: old }", ScenarioMistakeCodes.MissingService, Read);
    }

    [Fact]
    public void Whoever_has_a_password_of_his_own_may_be_unknown_to_the_broker() =>
        Assert.Empty(Read(Scenario.Replace("poll: [filler-1], broker: broker", "poll: [filler-1], broker: broker, login: { user: edge, password: old }", StringComparison.Ordinal)).All);

    [Theory]
    [InlineData("root: root", "root: «rood", MistakeCodes.UnknownReference)]
    [InlineData("delegates: { \"88.1\": leaf }", "delegates: { \"88.1\": «leave }", MistakeCodes.UnknownReference)]
    [InlineData("delegates: { \"88.1\": leaf }", "delegates: { «\"88..1\": leaf }", MistakeCodes.BadFormat)]
    [InlineData("prefixes: [\"88\"]", "prefixes: [«\"88..1\"]", MistakeCodes.BadFormat)]
    [InlineData("handle: 88/a", "handle: «99/a", ScenarioMistakeCodes.PrefixWithoutHome)]
    [InlineData("handle: 88/a", "handle: «nothing", MistakeCodes.BadFormat)]
    [InlineData("{ index: 1, type: URL, data: x }", "{ index: 1, type: URL, data: x }, { index: «1, type: URL, data: y }", MistakeCodes.DuplicateId)]
    [InlineData("- { id: ask, role: recursive, root: root,", "- «{ id: ask, role: recursive,", MistakeCodes.MissingKey)]
    public void Each_mistake_of_an_identifier_node_is_told_at_its_place(string sound, string broken, string code)
    {
        var scenario = Scenario.Replace("    faults:", "faults:", StringComparison.Ordinal);
        scenario = scenario.Insert(scenario.IndexOf("faults:", StringComparison.Ordinal), Identifiers.Replace("switch: sw-1, port: 1 ", "switch: sw-1, port: 11 ", StringComparison.Ordinal)
            .Replace("switch: sw-1, port: 2 ", "switch: sw-1, port: 12 ", StringComparison.Ordinal).Replace("switch: sw-1, port: 3 ", "switch: sw-1, port: 13 ", StringComparison.Ordinal));
        scenario = scenario.Replace("9: { native: 10, allowed: [10, 20] }", "9: { native: 10, allowed: [10, 20] }\n        11: { access: 10 }\n        12: { access: 10 }\n        13: { access: 10 }", StringComparison.Ordinal);
        AssertMistake(scenario, "hall.scenario.yaml", sound, broken, code, Read);
    }

    [Theory]
    [InlineData("id: sensor", "id: «Sensor", MistakeCodes.BadFormat)]
    [InlineData("qos: 1", "qos: «3", MistakeCodes.OutOfRange)]
    [InlineData("interval: 5s", "interval: «1ms", MistakeCodes.OutOfRange)]
    [InlineData("tags: [Humidity]", "tags: [«Humidty]", MistakeCodes.UnknownReference)]
    [InlineData("group: hall", "group: «STATE", MistakeCodes.BadFormat)]
    [InlineData("node: \"{device}\"", "node: «\"{device}/x\"", MistakeCodes.BadFormat)]
    [InlineData("device: air", "device: «\"\"", MistakeCodes.BadFormat)]
    [InlineData("metrics: [Temperature,", "metrics: [«Temp,", MistakeCodes.UnknownReference)]
    [InlineData("name: Air/Humidity", "name: «Temperature", MistakeCodes.DuplicateId)]
    [InlineData("name: Air/Humidity", "name: «bdSeq", MistakeCodes.BadFormat)]
    [InlineData("period: 2s", "period: «2500ms", ScenarioMistakeCodes.NotAMultiple)]
    [InlineData("period: 2s", "type: «decimal", MistakeCodes.UnknownValue)]
    [InlineData("period: 2s", "deadband: «-1", MistakeCodes.OutOfRange)]
    [InlineData("metrics: [Temperature, { tag: Humidity, name: Air/Humidity, period: 2s }]", "metrics: «[]", MistakeCodes.OutOfRange)]
    [InlineData("- { name: Humidity }", "- { name: «Temperature }", MistakeCodes.DuplicateId)]
    [InlineData("low: 0, high: 50", "low: «60, high: 50", MistakeCodes.OutOfRange)]
    [InlineData("tag: Temperature, kind", "tag: «Temp, kind", MistakeCodes.UnknownReference)]
    [InlineData("namespaces: [\"urn:x:{device}\"]", "namespaces: «[]", MistakeCodes.OutOfRange)]
    [InlineData("kind: stuck }", "kind: stuck }\n  - { id: «stuck-1, tag: Humidity, kind: stuck }", MistakeCodes.DuplicateId)]
    [InlineData("kind: stuck }", "kind: drift, parameters: { perHour: «fast } }", MistakeCodes.OutOfRange)]
    [InlineData("kind: stuck }", "kind: stuck }\n  - «{ id: stuck-2, kind: stuck }", MistakeCodes.MissingKey)]
    [InlineData("kind: stuck }", "kind: stuck }\n  - { id: slow, tag: «Temperature, kind: slowAnswers }", MistakeCodes.OneOf)]
    [InlineData("kind: stuck }", "kind: stuck }\n  - { id: slow, kind: slowAnswers, parameters: { delay: «2h } }", MistakeCodes.OutOfRange)]
    [InlineData("kind: stuck }", "kind: stuck }\n  - { id: slow, kind: slowAnswers, parameters: { dealy: «2s } }", MistakeCodes.OutOfRange)]
    [InlineData("kind: stuck }", "kind: stuck }\n  - { id: bad, tag: Temperature, kind: badQuality, parameters: { status: «Good } }", MistakeCodes.OutOfRange)]
    [InlineData("kind: stuck }", "kind: stuck }\n  - { id: bad, tag: «Temp, kind: frozenTimestamps }", MistakeCodes.UnknownReference)]
    [InlineData("kind: stuck }", "kind: stuck }\n  - { id: lost, kind: droppedPublish, parameters: { share: «1.5 } }", MistakeCodes.OutOfRange)]
    [InlineData("kind: stuck }", "kind: stuck }\n  - { id: old, kind: «expiredCertificate }", MistakeCodes.OutOfRange)]
    [InlineData("kind: stuck }", "kind: stuck }\n  - { id: moved, kind: «reorderedNamespaces }", MistakeCodes.OutOfRange)]
    [InlineData("kind: stuck }", "kind: stuck }\n  - { id: crash, kind: restart, parameters: { downtime: 1min, every: «30s } }", MistakeCodes.OutOfRange)]
    [InlineData("kind: stuck }", "kind: stuck }\n  - { id: crash, kind: «crash }", MistakeCodes.UnknownValue)]
    public void Each_mistake_of_a_profile_is_told_at_its_place(string sound, string broken, string code) =>
        AssertMistake(Device, "sensor.device.yaml", sound, broken, code, text =>
        {
            var mistakes = new Mistakes();
            ScenarioReader.ReadDevice(SourceFile.FromText("sensor.device.yaml", text), mistakes);
            return mistakes;
        });

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var text = Scenario.Replace("workstation: desk", "workstation: disk", StringComparison.Ordinal)
            .Replace("poll: [filler-1]", "poll: [filer-1]", StringComparison.Ordinal)
            .Replace("gateway: 10.9.0.1", "gateway: 10.9.1.1", StringComparison.Ordinal);
        Assert.Equal(3, Read(text).Count);
    }

    [Fact]
    public void A_profile_that_is_not_known_brings_no_other_mistake() =>
        Assert.Empty(Read(Scenario.Replace("profile: conveyor", "profile: conveyer", StringComparison.Ordinal)).All);

    [Fact]
    public void Everything_that_ships_is_sound()
    {
        foreach (var file in Repository.Files("scenarios", "*.scenario.yaml"))
        {
            var mistakes = new Mistakes();
            ScenarioReader.Read(Source(file), Devices(), new Dictionary<string, ScalarValue>(StringComparer.Ordinal), mistakes);
            Assert.Empty(mistakes.All);
        }
    }

    private static void AssertMistake(string text, string file, string sound, string broken, string code, Func<string, Mistakes> read)
    {
        Assert.Contains(sound, text, StringComparison.Ordinal);
        var at = text.IndexOf(sound, StringComparison.Ordinal);
        var marked = string.Concat(text.AsSpan(0, at), broken, text.AsSpan(at + sound.Length));
        var mark = marked.IndexOf('«', StringComparison.Ordinal);
        var before = marked[..mark];
        var expected = $"{file}:{before.Count(c => c == '\n') + 1}:{mark - before.LastIndexOf('\n')}: {code}";
        var found = read(marked.Remove(mark, 1)).All.Select(m => $"{m.Span}: {m.Code}").ToList();
        Assert.True(found.Contains(expected), $"expected {expected}, found {string.Join(" | ", found)}");
    }

    private static Mistakes Read(string text)
    {
        var mistakes = new Mistakes();
        ScenarioReader.Read(SourceFile.FromText("hall.scenario.yaml", text), Devices(), new Dictionary<string, ScalarValue>(StringComparer.Ordinal), mistakes);
        return mistakes;
    }

    private static Dictionary<string, SourceFile> Devices() =>
        Repository.Files("devices", "*.device.yaml").ToDictionary(f => Path.GetFileName(f)[..^".device.yaml".Length], Source, StringComparer.Ordinal);

    private static SourceFile Source(string path) => SourceFile.FromText(path, File.ReadAllText(Path.Combine(Repository.Root, path)));
}
