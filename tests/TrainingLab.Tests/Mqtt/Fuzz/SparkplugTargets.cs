using FsCheck.Fluent;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Sparkplug;
using TrainingLab.Mqtt.Sparkplug.Payloads;
using TrainingLab.Mqtt.Sparkplug.Validation;
using TrainingLab.Tests.Fuzz;
using TrainingLab.Tests.Mqtt.Sparkplug.Payloads;
using TrainingLab.Tests.OpcUa.Fuzz;

namespace TrainingLab.Tests.Mqtt.Fuzz;

/// <summary>Sparkplug payloads: read, shown as JSON, judged by the validator; and the texts of STATE.</summary>
internal static class SparkplugTargets
{
    private static readonly string[] Topics = ["spBv1.0/G/NBIRTH/E", "spBv1.0/G/NDATA/E", "spBv1.0/G/DBIRTH/E/D", "spBv1.0/G/DDATA/E/D", "spBv1.0/G/NCMD/E", "spBv1.0/G/NDEATH/E", "spBv1.0/STATE/scada", "spBv1.0/G/X/E"];

    private static readonly SparkplugLimits Small = new() { MaxPayloadBytes = 2_000, MaxMetrics = 3, MaxProperties = 2, MaxColumns = 2, MaxCells = 4, MaxParameters = 1, MaxDepth = 1 };

    private static readonly byte[][] Payloads = [.. Gen.Sample(SparkplugPayloadProperties_Tests.Payloads, 40, 400).Select(static p => p.ToBytes()).Where(static b => b.Length is > 0 and < 2_000)];

    public static IEnumerable<FuzzTarget> All() =>
    [
        Payload("Sparkplug payload", limits: null) with { Share = 1_000 },
        Payload("Sparkplug payload, small limits", Small) with { Share = 400 },
        Payload("Sparkplug payload, one parameter", new SparkplugLimits { MaxParameters = 1 }) with { Share = 50 }, // the small limits are met before it
        MqttTarget.Of("Sparkplug payload as JSON", Seed, static input => new FuzzOutcome($"{Math.Min(1, SparkplugJson.Of(SparkplugPayload.Read(input)).ToJsonString().Length)}"))
            with { Share = 100, AllocatedPerByte = 1_200, AllocatedAnyway = 64 * 1024 },
        MqttTarget.Of("Sparkplug validator", static random => [(byte)random.Next(256), .. Seed(random)], Validate) with { Share = 200, AllocatedPerByte = 1_200, AllocatedAnyway = 64 * 1024 },
        MqttTarget.Of("Sparkplug STATE", static _ => """{"online":true,"timestamp":1668114759262}"""u8.ToArray(), static input => new FuzzOutcome(SparkplugHostState.TryRead(input, out var state) ? $"online {state.Online}" : "none"))
            with { Share = 100, Change = TextMutator.Change(["{", "}", "\"online\"", ":", "true", "false", "null", "\"timestamp\"", "-1", "1e5", "18446744073709551616", "[", "]", ","]) },
    ];

    private static byte[] Seed(Random random) => random.One(Payloads);

    private static FuzzTarget Payload(string name, SparkplugLimits? limits) =>
        MqttTarget.Of(name, Seed, input => SparkplugPayload.Read(input, limits)) with { Encode = static value => ((SparkplugPayload)value).ToBytes(), AllocatedPerByte = 200 };

    /// <summary>The same payload twice, from a client that was born before, so that the second finds what the first left behind.</summary>
    private static FuzzOutcome Validate(byte[] input)
    {
        if (input.Length == 0) return new FuzzOutcome("nothing");
        var validator = new SparkplugValidator();
        validator.ObserveConnect("c", null, cleanSession: true);
        var topic = Topics[input[0] % Topics.Length];
        validator.Observe(new MqttMessage(topic, input[1..]), "c");
        validator.Observe(new MqttMessage(topic, input[1..], (MqttQoS)(input[0] % 3), retain: true), "c");
        validator.ObserveDisconnect("c");
        validator.Conclude();
        return new FuzzOutcome($"{Math.Min(validator.Count, 6)} breaches");
    }
}
