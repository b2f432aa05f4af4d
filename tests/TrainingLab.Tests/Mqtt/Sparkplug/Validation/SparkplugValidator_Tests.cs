using System.Text;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Sparkplug.Nodes;
using TrainingLab.Mqtt.Sparkplug.Payloads;
using TrainingLab.Mqtt.Sparkplug.Validation;

namespace TrainingLab.Tests.Mqtt.Sparkplug.Validation;

/// <summary>Each rule of the validator, broken by messages that break no other.</summary>
public class SparkplugValidator_Tests
{
    private const string Rebirth = SparkplugEdgeNode.RebirthMetric;

    private static readonly Dictionary<string, Action<Scene>> Broken = new(StringComparer.Ordinal)
    {
        ["tck-id-topic-structure"] = s => s.Publish("spBv1.0/G/NHELLO/E", Message(1)),
        ["tck-id-topic-structure-namespace-a"] = s => s.Publish("spAv1.0/G/NBIRTH/E", Message(1)),
        ["tck-id-topic-structure-namespace-device-id-associated-message-types"] = s => s.Publish("spBv1.0/G/DDATA/E", Message(1)),
        ["tck-id-topic-structure-namespace-device-id-non-associated-message-types"] = s => s.Publish("spBv1.0/G/NDATA/E/D", Message(1)),
        ["tck-id-host-topic-phid-birth-topic"] = s => s.Text("STATE/scada", "ONLINE"),

        ["tck-id-payloads-nbirth-qos"] = s => s.Publish("spBv1.0/G/NBIRTH/E", NodeBirth(), MqttQoS.AtLeastOnce),
        ["tck-id-payloads-nbirth-retain"] = s => s.Publish("spBv1.0/G/NBIRTH/E", NodeBirth(), retain: true),
        ["tck-id-payloads-dbirth-qos"] = s => s.Born().Publish("spBv1.0/G/DBIRTH/E/D", Message(1), MqttQoS.AtLeastOnce),
        ["tck-id-payloads-dbirth-retain"] = s => s.Born().Publish("spBv1.0/G/DBIRTH/E/D", Message(1), retain: true),
        ["tck-id-payloads-ndata-qos"] = s => s.Born().Publish("spBv1.0/G/NDATA/E", Message(1), MqttQoS.ExactlyOnce),
        ["tck-id-payloads-ndata-retain"] = s => s.Born().Publish("spBv1.0/G/NDATA/E", Message(1), retain: true),
        ["tck-id-payloads-ddata-qos"] = s => s.Born().DeviceBorn().Publish("spBv1.0/G/DDATA/E/D", Message(2), MqttQoS.AtLeastOnce),
        ["tck-id-payloads-ddata-retain"] = s => s.Born().DeviceBorn().Publish("spBv1.0/G/DDATA/E/D", Message(2), retain: true),
        ["tck-id-payloads-ncmd-qos"] = s => s.Born().Publish("spBv1.0/G/NCMD/E", Message(null), MqttQoS.AtLeastOnce),
        ["tck-id-payloads-ncmd-retain"] = s => s.Born().Publish("spBv1.0/G/NCMD/E", Message(null), retain: true),
        ["tck-id-payloads-dcmd-qos"] = s => s.Born().Publish("spBv1.0/G/DCMD/E/D", Message(null), MqttQoS.AtLeastOnce),
        ["tck-id-payloads-dcmd-retain"] = s => s.Born().Publish("spBv1.0/G/DCMD/E/D", Message(null), retain: true),
        ["tck-id-topics-ddeath-mqtt"] = s => s.Born().DeviceBorn().Publish("spBv1.0/G/DDEATH/E/D", Message(2), retain: true),
        ["tck-id-payloads-ndeath-will-message-qos"] = s => s.Born().Publish("spBv1.0/G/NDEATH/E", Death(0)),
        ["tck-id-payloads-ndeath-will-message-retain"] = s => s.Born().Publish("spBv1.0/G/NDEATH/E", Death(0), MqttQoS.AtLeastOnce, retain: true),
        ["tck-id-host-topic-phid-birth-qos"] = s => s.Text("spBv1.0/STATE/scada", Online(1), MqttQoS.AtMostOnce),
        ["tck-id-host-topic-phid-birth-retain"] = s => s.Text("spBv1.0/STATE/scada", Online(1), retain: false),
        ["tck-id-host-topic-phid-death-qos"] = s => s.Text("spBv1.0/STATE/scada", Offline(1), MqttQoS.AtMostOnce),
        ["tck-id-host-topic-phid-death-retain"] = s => s.Text("spBv1.0/STATE/scada", Offline(1), retain: false),

        ["section-6.4.1"] = s => s.Publish("spBv1.0/G/NBIRTH/E", [0x12, 0x05]),
        ["tck-id-payloads-nbirth-timestamp"] = s => s.Publish("spBv1.0/G/NBIRTH/E", (NodeBirthOf() with { Timestamp = null }).ToBytes()),
        ["tck-id-payloads-dbirth-timestamp"] = s => s.Born().Publish("spBv1.0/G/DBIRTH/E/D", Untimed(1)),
        ["tck-id-payloads-ndata-timestamp"] = s => s.Born().Publish("spBv1.0/G/NDATA/E", Untimed(1)),
        ["tck-id-payloads-ddata-timestamp"] = s => s.Born().DeviceBorn().Publish("spBv1.0/G/DDATA/E/D", Untimed(2)),
        ["tck-id-payloads-ddeath-timestamp"] = s => s.Born().DeviceBorn().Publish("spBv1.0/G/DDEATH/E/D", Untimed(2)),
        ["tck-id-payloads-ncmd-timestamp"] = s => s.Born().Publish("spBv1.0/G/NCMD/E", Untimed(null)),
        ["tck-id-payloads-dcmd-timestamp"] = s => s.Born().Publish("spBv1.0/G/DCMD/E/D", Untimed(null)),

        ["tck-id-topics-nbirth-seq-num"] = s => s.Publish("spBv1.0/G/NBIRTH/E", (NodeBirthOf() with { Seq = 1 }).ToBytes()),
        ["tck-id-payloads-dbirth-seq"] = s => s.Born().Publish("spBv1.0/G/DBIRTH/E/D", Message(null)),
        ["tck-id-payloads-ndata-seq"] = s => s.Born().Publish("spBv1.0/G/NDATA/E", Message(null)).Publish("spBv1.0/G/NDATA/E", Message(2)),
        ["tck-id-payloads-ddata-seq"] = s => s.Born().DeviceBorn().Publish("spBv1.0/G/DDATA/E/D", Message(null)),
        ["tck-id-payloads-ddeath-seq"] = s => s.Born().DeviceBorn().Publish("spBv1.0/G/DDEATH/E/D", Message(null)),
        ["tck-id-payloads-dbirth-seq-inc"] = s => s.Born().Publish("spBv1.0/G/DBIRTH/E/D", Message(2)),
        ["tck-id-payloads-ndata-seq-inc"] = s => s.Born().Until(255).Publish("spBv1.0/G/NDATA/E", Message(256)),
        ["tck-id-payloads-ddata-seq-inc"] = s => s.Born().DeviceBorn().Publish("spBv1.0/G/DDATA/E/D", Message(1)),
        ["tck-id-payloads-ddeath-seq-inc"] = s => s.Born().DeviceBorn().Publish("spBv1.0/G/DDEATH/E/D", Message(3)),
        ["tck-id-payloads-ndeath-seq"] = s => s.Born().Publish("spBv1.0/G/NDEATH/E", (DeathOf(0) with { Seq = 1 }).ToBytes(), MqttQoS.AtLeastOnce),
        ["tck-id-payloads-ncmd-seq"] = s => s.Born().Publish("spBv1.0/G/NCMD/E", Message(1)),
        ["tck-id-payloads-dcmd-seq"] = s => s.Born().Publish("spBv1.0/G/DCMD/E/D", Message(1)),

        ["tck-id-principles-persistence-clean-session-311"] = s => s.Connect("c", DeathWill(0), clean: false).Publish("spBv1.0/G/NBIRTH/E", NodeBirth(), client: "c"),
        ["tck-id-payloads-ndeath-will-message"] = s => s.Connect("c", null).Publish("spBv1.0/G/NBIRTH/E", NodeBirth(), client: "c"),
        ["tck-id-topics-ndeath-payload"] = s => s.Born().Publish("spBv1.0/G/NDEATH/E", (DeathOf(0) with { Metrics = [.. DeathOf(0).Metrics, Metric("more")] }).ToBytes(), MqttQoS.AtLeastOnce),
        ["tck-id-payloads-ndeath-bdseq"] = s => s.Born().Publish("spBv1.0/G/NDEATH/E", Death(7), MqttQoS.AtLeastOnce),
        ["tck-id-message-flow-edge-node-birth-publish-will-message-payload-bdSeq"] = s => s.Connect("c", DeathWill(255)).Connect("c", DeathWill(0)).Connect("c", DeathWill(0)),
        ["tck-id-payloads-nbirth-bdseq"] = s => s.Publish("spBv1.0/G/NBIRTH/E", Without("bdSeq")),
        ["tck-id-topics-nbirth-bdseq-matching"] = s => s.Connect("c", DeathWill(3)).Publish("spBv1.0/G/NBIRTH/E", NodeBirth(), client: "c"),
        ["tck-id-topics-nbirth-bdseq-increment"] = s => s.Born().Publish("spBv1.0/G/NDEATH/E", Death(0), MqttQoS.AtLeastOnce).Born(),
        ["tck-id-operational-behavior-edge-node-intentional-disconnect-ndeath"] = s => s.Connect("c", DeathWill(0)).Publish("spBv1.0/G/NBIRTH/E", NodeBirth(), client: "c").Disconnect("c"),
        ["tck-id-message-flow-device-birth-publish-nbirth-wait"] = s => s.Publish("spBv1.0/G/DBIRTH/E/D", Message(1)),
        ["tck-id-payloads-ndata-order"] = s => s.Born().Publish("spBv1.0/G/NDEATH/E", Death(0), MqttQoS.AtLeastOnce).Publish("spBv1.0/G/NDATA/E", Message(1)),
        ["tck-id-payloads-ddata-order"] = s => s.Born().Publish("spBv1.0/G/DDATA/E/D", Message(1)),
        ["tck-id-operational-behavior-data-commands-rebirth-action-2"] = s => s.Born().Publish("spBv1.0/G/NCMD/E", Message(null, Command(Rebirth, SparkplugValue.OfBoolean(true)))).Conclude(),

        ["tck-id-operational-behavior-data-commands-rebirth-name"] = s => s.Publish("spBv1.0/G/NBIRTH/E", Without(Rebirth)),
        ["tck-id-operational-behavior-data-commands-rebirth-datatype"] = s => s.Publish("spBv1.0/G/NBIRTH/E", WithRebirth(m => m with { DataType = 12 })).Expecting("section-6.4.17"),
        ["tck-id-operational-behavior-data-commands-rebirth-value"] = s => s.Publish("spBv1.0/G/NBIRTH/E", WithRebirth(m => m with { Value = SparkplugValue.OfBoolean(true) })),
        ["tck-id-operational-behavior-data-commands-rebirth-name-aliases"] = s => s.Publish("spBv1.0/G/NBIRTH/E", WithRebirth(m => m with { Alias = 9 })),
        ["tck-id-payloads-alias-birth-requirement"] = s => s.Born(Metric("x") with { Name = null, Alias = 5 }),
        ["tck-id-payloads-alias-uniqueness"] = s => s.Born(Metric("x") with { Alias = 5 }).Publish("spBv1.0/G/DBIRTH/E/D", Message(1, Metric("y") with { Alias = 5 })),
        ["tck-id-payloads-metric-datatype-req"] = s => s.Born(Metric("x") with { DataType = null }),
        ["tck-id-payloads-metric-datatype-value"] = s => s.Born(Metric("x") with { DataType = 35 }),
        ["tck-id-operational-behavior-data-publish-nbirth-values"] = s => s.Born(Metric("x") with { Value = default }),
        ["tck-id-operational-behavior-data-publish-dbirth-values"] = s => s.Born().Publish("spBv1.0/G/DBIRTH/E/D", Message(1, Metric("x") with { Value = default })),
        ["section-6.4.17"] = s => s.Born(Metric("x") with { Value = SparkplugValue.OfString("1") }),

        ["tck-id-payloads-name-requirement"] = s => s.Publish("spBv1.0/G/NCMD/E", Message(null, new SparkplugMetric { Value = SparkplugValue.OfInt(1) })),
        ["tck-id-payloads-alias-data-cmd-requirement"] = s => s.Born(Metric("x") with { Alias = 5 }).Publish("spBv1.0/G/NDATA/E", Message(1, Data("x", 2) with { Alias = 5 })),
        ["tck-id-payloads-name-birth-data-requirement"] = s => s.Born(Metric("x")).Publish("spBv1.0/G/NDATA/E", Message(1, Data("x", 2) with { Timestamp = null })),
        ["tck-id-payloads-metric-datatype-not-req"] = s => s.Born(Metric("x")).Publish("spBv1.0/G/NDATA/E", Message(1, Data("x", 2) with { DataType = 3 })),
        ["tck-id-operational-behavior-data-publish-nbirth"] = s => s.Born().Publish("spBv1.0/G/NDATA/E", Message(1, Data("x", 2))),
        ["tck-id-operational-behavior-data-publish-dbirth"] = s => s.Born(Metric("x")).DeviceBorn().Publish("spBv1.0/G/DDATA/E/D", Message(2, Data("x", 2))),
        ["tck-id-operational-behavior-data-publish-nbirth-order"] = s => s.Born(Metric("x")).Publish("spBv1.0/G/NDATA/E", Message(1, Data("x", 2) with { Timestamp = 20 }, Data("x", 3) with { Timestamp = 10 })),
        ["tck-id-operational-behavior-data-publish-dbirth-order"] = s => s.Born().DeviceBorn(Metric("x")).Publish("spBv1.0/G/DDATA/E/D", Message(2, Data("x", 2) with { Timestamp = 20 }, Data("x", 3) with { Timestamp = 10 })),
        ["tck-id-operational-behavior-data-publish-nbirth-change"] = s => s.Born(Metric("x")).Publish("spBv1.0/G/NDATA/E", Message(1, Data("x", 1))),
        ["tck-id-operational-behavior-data-publish-dbirth-change"] = s => s.Born().DeviceBorn(Metric("x")).Publish("spBv1.0/G/DDATA/E/D", Message(2, Data("x", 1))),
        ["tck-id-operational-behavior-data-commands-ncmd-metric-name"] = s => s.Born().Publish("spBv1.0/G/NCMD/E", Message(null, Command("x", SparkplugValue.OfInt(1)))),
        ["tck-id-operational-behavior-data-commands-dcmd-metric-name"] = s => s.Born().DeviceBorn().Publish("spBv1.0/G/DCMD/E/D", Message(null, Command("x", SparkplugValue.OfInt(1)))),
        ["tck-id-operational-behavior-data-commands-ncmd-metric-value"] = s => s.Born(Metric("x")).Publish("spBv1.0/G/NCMD/E", Message(null, Command("x", SparkplugValue.OfString("1")))),
        ["tck-id-operational-behavior-data-commands-dcmd-metric-value"] = s => s.Born().DeviceBorn(Metric("x")).Publish("spBv1.0/G/DCMD/E/D", Message(null, Command("x", SparkplugValue.OfBoolean(true)))),
        ["tck-id-operational-behavior-data-commands-ncmd-rebirth-value"] = s => s.Born().Publish("spBv1.0/G/NCMD/E", Message(null, Command(Rebirth, SparkplugValue.OfBoolean(false)))),

        ["tck-id-payloads-propertyset-keys-array-size"] = s => s.Born(Metric("x") with { Properties = new SparkplugPropertySet { Keys = ["a"] } }),
        ["tck-id-payloads-metric-propertyvalue-type-req"] = s => s.Born(WithProperty("a", new SparkplugProperty { Value = SparkplugValue.OfInt(1) })),
        ["tck-id-payloads-metric-propertyvalue-type-value"] = s => s.Born(WithProperty("a", new SparkplugProperty { DataType = 19, Value = SparkplugValue.OfInt(1) })),
        ["tck-id-payloads-propertyset-quality-value-type"] = s => s.Born(WithProperty("Quality", new SparkplugProperty { DataType = 7, Value = SparkplugValue.OfInt(192) })),
        ["tck-id-payloads-propertyset-quality-value-value"] = s => s.Born(WithProperty("Quality", SparkplugProperty.Of(SparkplugDataType.Int32, 193))),
        ["tck-id-payloads-dataset-column-size"] = s => s.Born(Table(t => t with { ColumnCount = 2 })),
        ["tck-id-payloads-dataset-column-num-headers"] = s => s.Born(Table(t => t with { Types = [3, 3] })),
        ["tck-id-payloads-dataset-types-value"] = s => s.Born(Table(t => t with { Types = [16] })),
        ["section-6.4.12"] = s => s.Born(Table(t => t with { Rows = [[]] })),
        ["tck-id-payloads-template-is-definition"] = s => s.Born(Template("T", t => t with { IsDefinition = null })),
        ["tck-id-payloads-template-definition-nbirth-only"] = s => s.Born().Publish("spBv1.0/G/DBIRTH/E/D", Message(1, Template("T", t => t))),
        ["tck-id-payloads-template-definition-ref"] = s => s.Born(Template("T", t => t with { TemplateRef = "U" })),
        ["tck-id-payloads-template-instance-ref"] = s => s.Born(Template("part", t => t with { IsDefinition = false })),
        ["tck-id-payloads-template-definition-nbirth"] = s => s.Born(Template("part", t => t with { IsDefinition = false, TemplateRef = "T" })),
        ["tck-id-payloads-template-instance-members"] = s => s.Born(
            Template("T", t => t), Template("part", t => t with { IsDefinition = false, TemplateRef = "T", Metrics = [.. t.Metrics, Metric("more")] })),
        ["tck-id-payloads-template-instance-members-birth"] = s => s.Born(Template("T", t => t), Template("part", t => t with { IsDefinition = false, TemplateRef = "T", Metrics = [] })),
        ["tck-id-payloads-template-parameter-name-required"] = s => s.Born(Template("T", t => t with { Parameters = [SparkplugParameter.Of("", SparkplugDataType.Int32, 1)] })),
        ["tck-id-payloads-template-parameter-type-value"] = s => s.Born(Template("T", t => t with { Parameters = [new SparkplugParameter { Name = "p", DataType = 17 }] })),

        ["tck-id-host-topic-phid-birth-payload"] = s => s.Text("spBv1.0/STATE/scada", "ONLINE"),
        ["tck-id-host-topic-phid-birth-payload-timestamp"] = s => s.Connect("scada", StateWill(5)).Text("spBv1.0/STATE/scada", Online(6), client: "scada"),
        ["tck-id-operational-behavior-host-application-termination"] = s => s.Connect("scada", StateWill(5)).Text("spBv1.0/STATE/scada", Online(5), client: "scada").Disconnect("scada"),
        ["tck-id-message-flow-hid-sparkplug-state-message-delivered"] = s => s.Connect("scada", StateWill(5)).Text("spBv1.0/STATE/scada", Online(5), client: "scada").Text("spBv1.0/STATE/scada", Online(6), client: "scada"),
        ["tck-id-host-topic-phid-birth-sub-required"] = s => s.SeeingSubscriptions().Connect("scada", StateWill(5)).Subscribe("scada", "spBv1.0/G/#", MqttQoS.AtLeastOnce).Text("spBv1.0/STATE/scada", Online(5), client: "scada"),
        ["tck-id-message-flow-edge-node-ncmd-subscribe"] = s => s.SeeingSubscriptions().Connect("c", DeathWill(0)).Subscribe("c", "spBv1.0/G/NCMD/E", MqttQoS.AtMostOnce).Publish("spBv1.0/G/NBIRTH/E", NodeBirth(), client: "c"),
        ["tck-id-case-sensitivity-metric-names"] = s => s.Born(Metric("x/Speed"), Metric("x/speed")),
        ["tck-id-host-topic-phid-death-required"] = s => s.Connect("scada", null).Text("spBv1.0/STATE/scada", Online(5), client: "scada"),
    };

    public static TheoryData<string> Rules => [.. SparkplugRules.All.Select(r => r.Id)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_broken_rule_is_named_and_no_other(string rule)
    {
        var scene = new Scene();
        Broken[rule](scene);
        Assert.Equal(scene.AlsoBroken.Append(rule).Order(StringComparer.Ordinal), scene.Validator.Violations.Select(v => v.Rule.Id).Order(StringComparer.Ordinal));
        Assert.All(scene.Validator.Violations, v => Assert.NotEqual(v.Expected, v.Found));
    }

    [Fact]
    public void Every_rule_is_told_in_both_languages()
    {
        Assert.Equal(SparkplugRules.All.Count, Broken.Count);
        Assert.All(SparkplugRules.All, rule =>
        {
            Assert.EndsWith(".", rule.English, StringComparison.Ordinal);
            Assert.EndsWith("。", rule.Chinese, StringComparison.Ordinal);
        });
        Assert.Equal(SparkplugRules.All.Count, SparkplugRules.All.Select(r => r.English).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(SparkplugRules.All.Count, SparkplugRules.All.Select(r => r.Chinese).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void A_session_that_keeps_the_rules_breaks_none()
    {
        var scene = new Scene();
        scene.Connect("c", DeathWill(254)).Publish("spBv1.0/G/NBIRTH/E", NodeBirth(254, Metric("x") with { Alias = 1 }, Template("T", t => t)), client: "c")
            .Publish("spBv1.0/G/DBIRTH/E/D", Message(1, Metric("y") with { Alias = 2 }, Template("part", t => t with { IsDefinition = false, TemplateRef = "T" }), Table(t => t)))
            .Publish("spBv1.0/G/NDATA/E", Message(2, new SparkplugMetric { Alias = 1, Timestamp = 9, Value = SparkplugValue.OfInt(7) }))
            .Publish("spBv1.0/G/DDATA/E/D", Message(3, Data("part", 0) with { Value = Template("part", t => t with { IsDefinition = false, TemplateRef = "T", Metrics = [] }).Value }))
            .Publish("spBv1.0/G/NCMD/E", Message(null, Command(Rebirth, SparkplugValue.OfBoolean(true))))
            .Publish("spBv1.0/G/NDATA/E", Message(4))
            .Publish("spBv1.0/G/NBIRTH/E", NodeBirth(254, Metric("x")), client: "c")
            .Publish("spBv1.0/G/DBIRTH/E/D", Message(1))
            .Publish("spBv1.0/G/DDEATH/E/D", Message(2))
            .Publish("spBv1.0/G/NDEATH/E", Death(254), MqttQoS.AtLeastOnce)
            .Disconnect("c")
            .Connect("c", DeathWill(255)).Publish("spBv1.0/G/NBIRTH/E", NodeBirth(255), client: "c")
            .Publish("spBv1.0/G/NDEATH/E", Death(255), MqttQoS.AtLeastOnce)
            .Connect("c", DeathWill(0)).Publish("spBv1.0/G/NBIRTH/E", NodeBirth(0), client: "c").Until(300)
            .Connect("scada", StateWill(5)).Text("spBv1.0/STATE/scada", Online(5), client: "scada").Text("spBv1.0/STATE/scada", Offline(9), client: "scada").Disconnect("scada")
            .Publish("plant/line/1", [1, 2, 3])
            .Conclude();
        Assert.Empty(scene.Validator.Violations.Select(v => $"{v.Message} {v.Rule.Id} {v.Expected} {v.Found}"));
    }

    [Theory]
    [InlineData("spBv1.0/G/NCMD/E", MqttQoS.AtLeastOnce, true)]
    [InlineData("spBv1.0/G/NCMD/+", MqttQoS.ExactlyOnce, true)]
    [InlineData("spBv1.0/G/NCMD/E2", MqttQoS.AtLeastOnce, false)]
    [InlineData("spBv1.0/G/DCMD/E/+", MqttQoS.AtLeastOnce, false)]
    [InlineData("plant/#", MqttQoS.AtLeastOnce, false)]
    public void An_edge_node_hears_its_commands_by_any_filter_that_covers_them(string filter, MqttQoS qos, bool isRight)
    {
        var scene = new Scene();
        scene.SeeingSubscriptions().Connect("c", DeathWill(0)).Subscribe("c", filter, qos).Publish("spBv1.0/G/NBIRTH/E", NodeBirth(), client: "c");
        Assert.Equal(isRight ? [] : ["SUBSCRIBE spBv1.0/G/NCMD/E qos=1, found -"], scene.Validator.Violations.Select(v => $"{v.Expected}, found {v.Found}"));
    }

    [Fact]
    public void A_value_that_does_not_fit_its_type_is_named_wherever_it_stands()
    {
        var wide = SparkplugValue.OfLong(1);
        var scene = new Scene();
        scene.Born(
            Metric("x") with { Properties = new SparkplugPropertySet { Keys = ["p"], Values = [new SparkplugProperty { DataType = (uint)SparkplugDataType.UInt32, Value = wide }] } },
            Table(t => t with { ColumnCount = 2, Columns = ["a", "b"], Types = [(uint)SparkplugDataType.Int64, (uint)SparkplugDataType.UInt32], Rows = [[wide, SparkplugValue.OfInt(1)], [wide, wide], [wide, wide]] }),
            Template("T", t => t with { Parameters = [new SparkplugParameter { Name = "q", DataType = (uint)SparkplugDataType.UInt32, Value = wide }] }));
        Assert.All(scene.Validator.Violations, v => Assert.Equal("section-6.4.17", v.Rule.Id));
        scene.Publish("spBv1.0/G/NCMD/E", Message(null, Command("x", wide)));
        Assert.Equal(["p: UInt32 in Int, not Long", "b: UInt32 in Int, not Long", "q: UInt32 in Int, not Long", "Int32 in Int, not Long"], scene.Validator.Violations.Select(v => $"{v.Expected}, not {v.Found}"));
    }

    [Fact]
    public void A_violation_says_which_message_what_was_asked_and_what_was_there()
    {
        var scene = new Scene();
        scene.Born().Publish("spBv1.0/G/NDATA/E", Message(5));
        var violation = Assert.Single(scene.Validator.Violations);
        Assert.Equal((2, "spBv1.0/G/NDATA/E", null, "seq=1", "seq=5"), (violation.Message, violation.Topic, violation.Metric, violation.Expected, violation.Found));
        Assert.Same(SparkplugRules.Get("tck-id-payloads-ndata-seq-inc"), violation.Rule);
    }

    [Fact]
    public void Hostile_messages_do_not_harm_it()
    {
        var random = new Random(20261125);
        var validator = new SparkplugValidator();
        string[] topics = ["spBv1.0/G/NBIRTH/E", "spBv1.0/G/DBIRTH/E/D", "spBv1.0/G/NDATA/E", "spBv1.0/G/DDATA/E/D", "spBv1.0/G/NCMD/E", "spBv1.0/G/NDEATH/E", "spBv1.0/STATE/scada"];
        byte[][] valid = [NodeBirth(0, Template("T", t => t), Table(t => t), WithProperty("Quality", SparkplugProperty.Of(SparkplugDataType.Int32, 0))), Death(0), Message(1, Data("T", 1))];
        for (var i = 0; i < 20_000; i++)
        {
            byte[] payload = [.. valid[random.Next(valid.Length)]];
            payload[random.Next(payload.Length)] = (byte)random.Next(256);
            validator.Observe(new MqttMessage(topics[random.Next(topics.Length)], payload), "c");
        }
        Assert.True(validator.Count > SparkplugValidator.MaxViolations);
        Assert.Equal(SparkplugValidator.MaxViolations, validator.Violations.Count);
    }

    private static SparkplugMetric Metric(string name) => SparkplugMetric.Of(name, SparkplugDataType.Int32, 1, DateTimeOffset.UnixEpoch);

    private static SparkplugMetric Data(string name, uint value) => new() { Name = name, Timestamp = 5, Value = SparkplugValue.OfInt(value) };

    private static SparkplugMetric Command(string name, SparkplugValue value) => new() { Name = name, Value = value };

    private static SparkplugMetric WithProperty(string key, SparkplugProperty value) => Metric("x") with { Properties = new SparkplugPropertySet { Keys = [key], Values = [value] } };

    private static SparkplugMetric Table(Func<SparkplugDataSet, SparkplugDataSet> change) =>
        SparkplugMetric.Of("table", SparkplugDataType.DataSet, change(SparkplugDataSet.Of([("a", SparkplugDataType.Int32)], [1])), DateTimeOffset.UnixEpoch);

    private static SparkplugMetric Template(string name, Func<SparkplugTemplate, SparkplugTemplate> change) =>
        SparkplugMetric.Of(name, SparkplugDataType.Template, change(new SparkplugTemplate { IsDefinition = true, Metrics = [Metric("m")] }), DateTimeOffset.UnixEpoch);

    private static byte[] Message(ulong? seq, params SparkplugMetric[] metrics) => new SparkplugPayload { Timestamp = 1, Seq = seq, Metrics = metrics }.ToBytes();

    private static byte[] Untimed(ulong? seq) => new SparkplugPayload { Seq = seq }.ToBytes();

    private static SparkplugPayload DeathOf(int bdSeq) => new() { Timestamp = 1, Metrics = [SparkplugMetric.Of("bdSeq", SparkplugDataType.Int64, bdSeq, DateTimeOffset.UnixEpoch)] };

    private static byte[] Death(int bdSeq) => DeathOf(bdSeq).ToBytes();

    private static SparkplugPayload NodeBirthOf(int bdSeq = 0, params SparkplugMetric[] metrics) => new()
    {
        Timestamp = 1,
        Seq = 0,
        Metrics = [.. DeathOf(bdSeq).Metrics, SparkplugMetric.Of(Rebirth, SparkplugDataType.Boolean, false, DateTimeOffset.UnixEpoch), .. metrics],
    };

    private static byte[] NodeBirth(int bdSeq = 0, params SparkplugMetric[] metrics) => NodeBirthOf(bdSeq, metrics).ToBytes();

    private static byte[] Without(string metric) => (NodeBirthOf() with { Metrics = [.. NodeBirthOf().Metrics.Where(m => m.Name != metric)] }).ToBytes();

    private static byte[] WithRebirth(Func<SparkplugMetric, SparkplugMetric> change) =>
        (NodeBirthOf() with { Metrics = [.. NodeBirthOf().Metrics.Select(m => m.Name == Rebirth ? change(m) : m)] }).ToBytes();

    private static MqttMessage DeathWill(int bdSeq) => new("spBv1.0/G/NDEATH/E", Death(bdSeq), MqttQoS.AtLeastOnce);

    private static MqttMessage StateWill(int timestamp) => MqttMessage.FromText("spBv1.0/STATE/scada", Offline(timestamp), MqttQoS.AtLeastOnce, retain: true);

    private static string Online(int timestamp) => $$"""{"online":true,"timestamp":{{timestamp}}}""";

    private static string Offline(int timestamp) => $$"""{"online":false,"timestamp":{{timestamp}}}""";

    private sealed class Scene
    {
        public SparkplugValidator Validator { get; private set; } = new();

        public List<string> AlsoBroken { get; } = [];

        public Scene Publish(string topic, byte[] payload, MqttQoS qos = MqttQoS.AtMostOnce, bool retain = false, string? client = null)
        {
            Validator.Observe(new MqttMessage(topic, payload, qos, retain), client);
            return this;
        }

        public Scene Text(string topic, string payload, MqttQoS qos = MqttQoS.AtLeastOnce, bool retain = true, string? client = null) =>
            Publish(topic, Encoding.UTF8.GetBytes(payload), qos, retain, client);

        public Scene Born(params SparkplugMetric[] metrics) => Publish("spBv1.0/G/NBIRTH/E", NodeBirth(0, metrics));

        public Scene DeviceBorn(params SparkplugMetric[] metrics) => Publish("spBv1.0/G/DBIRTH/E/D", Message(1, metrics));

        /// <summary>Data until a number of messages after the birth.</summary>
        public Scene Until(int count)
        {
            for (var i = 1; i <= count; i++) Publish("spBv1.0/G/NDATA/E", Message((ulong)(i % 256)));
            return this;
        }

        public Scene Connect(string client, MqttMessage? will, bool clean = true)
        {
            Validator.ObserveConnect(client, will, clean);
            return this;
        }

        /// <summary>The rules about subscriptions are checked from the beginning.</summary>
        public Scene SeeingSubscriptions()
        {
            Validator = new SparkplugValidator { SeesSubscriptions = true };
            return this;
        }

        public Scene Subscribe(string client, string filter, MqttQoS qos)
        {
            Validator.ObserveSubscribe(client, filter, qos);
            return this;
        }

        public Scene Disconnect(string client)
        {
            Validator.ObserveDisconnect(client);
            return this;
        }

        public Scene Conclude()
        {
            Validator.Conclude();
            return this;
        }

        /// <summary>A rule that cannot be helped being broken as well.</summary>
        public void Expecting(string rule) => AlsoBroken.Add(rule);
    }
}
