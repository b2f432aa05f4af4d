using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Sparkplug;
using TrainingLab.Mqtt.Sparkplug.Hosts;
using TrainingLab.Mqtt.Sparkplug.Nodes;
using TrainingLab.Mqtt.Sparkplug.Payloads;
using TrainingLab.Mqtt.Sparkplug.Validation;
using TrainingLab.Tests.Fuzz;
using TrainingLab.Tests.Mqtt.Client;

namespace TrainingLab.Tests.Mqtt.Fuzz;

/// <summary>
/// Whole Sparkplug sessions, their messages changed, doubled, dropped and in another order: before the validator, a host application and an edge node. Host and node have to go on
/// as if nothing had been once somebody keeps to the rules again.
/// </summary>
internal static class SparkplugSessionTargets
{
    private const int LongestInput = 8_192;

    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch.AddDays(20_000);

    private static readonly string[] Topics =
    [
        "spBv1.0/G/NBIRTH/E", "spBv1.0/G/DBIRTH/E/D", "spBv1.0/G/NDATA/E", "spBv1.0/G/DDATA/E/D", "spBv1.0/G/DDEATH/E/D", "spBv1.0/G/NDEATH/E", "spBv1.0/G/NCMD/E", "spBv1.0/G/DCMD/E/D", "spBv1.0/STATE/scada",
        "spBv1.0/G/NDATA/other", "spBv1.0/G/DDATA/E", "STATE/scada",
    ];

    private static readonly SparkplugMetric[] Metrics =
    [
        SparkplugMetric.Of("Int32", SparkplugDataType.Int32, 1, At) with { Alias = 1 },
        SparkplugMetric.Of("UInt64", SparkplugDataType.UInt64, ulong.MaxValue, At) with { Alias = 2 },
        SparkplugMetric.Of("Text", SparkplugDataType.String, "水位", At),
        SparkplugMetric.Of("Time", SparkplugDataType.DateTime, At, At) with { Alias = 3 },
        SparkplugMetric.Of("Uuid", SparkplugDataType.Uuid, Guid.Empty, At),
        SparkplugMetric.Of("Level", SparkplugDataType.Double, 0.5, At) with
        {
            Alias = 4, Properties = SparkplugPropertySet.Of((SparkplugPropertySet.Quality, SparkplugDataType.Int32, 192), ("engUnit", SparkplugDataType.String, "m"), ("limit", SparkplugDataType.UInt32, 7u)),
            MetaData = new SparkplugMetaData { ContentType = "c", Size = 3, Md5 = "m" },
        },
        SparkplugMetric.Of("Floats", SparkplugDataType.FloatArray, new[] { 1.5f, -1 }, At) with { Alias = 5 },
        SparkplugMetric.Of("Booleans", SparkplugDataType.BooleanArray, new[] { true, false, true }, At) with { Alias = 6 },
        SparkplugMetric.Of("Strings", SparkplugDataType.StringArray, new[] { "a", "" }, At) with { Alias = 7 },
        SparkplugMetric.Of("Table", SparkplugDataType.DataSet, SparkplugDataSet.Of([("a", SparkplugDataType.Int64), ("b", SparkplugDataType.String)], [1L, "x"], [2L, "y"]), At) with { Alias = 8 },
    ];

    private static readonly SparkplugMetric Definition = SparkplugMetric.Of("Motor", SparkplugDataType.Template, Template(isDefinition: true), At);

    private static readonly SparkplugMetric Instance = SparkplugMetric.Of("Motor 1", SparkplugDataType.Template, Template(isDefinition: false), At) with { Alias = 9 };

    private static readonly SparkplugMetric Rebirth = SparkplugMetric.Of(SparkplugEdgeNode.RebirthMetric, SparkplugDataType.Boolean, false, At);

    private static readonly byte[] NodeBirth = Payload(0, [SparkplugMetric.Of(SparkplugEdgeNode.BdSeqMetric, SparkplugDataType.Int64, 5L, At), Rebirth, .. Metrics, Definition, Instance]);

    private static readonly byte[] Death = Payload(null, [SparkplugMetric.Of(SparkplugEdgeNode.BdSeqMetric, SparkplugDataType.Int64, 5L, At)]);

    /// <summary>What follows NBIRTH: kind (of topic, or of what a client does otherwise) and payload.</summary>
    private static readonly (byte Kind, byte[] Payload)[] Rest =
    [
        (1, Payload(1, [SparkplugMetric.Of("Speed", SparkplugDataType.Int16, (short)-1, At) with { Alias = 20 }, Instance with { Name = "Motor 2", Alias = 21 }])),
        (2, Payload(2, [.. Metrics.Select(m => AsData(m)), AsData(Metrics[0]) with { IsHistorical = true }])),
        (3, Payload(3, [AsData(SparkplugMetric.Of("Speed", SparkplugDataType.Int16, (short)7, At) with { Alias = 20 })])),
        (6, Payload(null, [.. Metrics.Select(m => AsData(m)), AsData(Rebirth) with { Value = SparkplugValue.OfBoolean(true) }])),
        (7, Payload(null, [SparkplugMetric.Of("Speed", SparkplugDataType.Int16, (short)9, At) with { Name = null, Alias = 20 }])),
        (4, Payload(4, [])),
        (8, """{"online":true,"timestamp":1728000000000}"""u8.ToArray()),
        (8, """{"online":false,"timestamp":1728000000000}"""u8.ToArray()),
        (5, Death),
        (12, Death),
        (13, """{"online":false,"timestamp":1728000000000}"""u8.ToArray()),
        (14, "spBv1.0/G/NCMD/E"u8.ToArray()),
        (15, []),
        (16, []),
    ];

    public static IEnumerable<FuzzTarget> All() =>
    [
        MqttTarget.Of("Sparkplug sessions before the validator", Seed, Validate) with { Change = Change, Share = 100, AllocatedPerByte = 1_200, AllocatedAnyway = 512 * 1024 },
        MqttTarget.Of("Sparkplug sessions before a host", Seed, Host) with { Change = Change, Share = 40, AllocatedPerByte = 4_000, AllocatedAnyway = 1024 * 1024 },
        MqttTarget.Of("Sparkplug commands before an edge node", Seed, Node) with { Change = Change, Share = 40, AllocatedPerByte = 8_000, AllocatedAnyway = 1024 * 1024 },
        MqttTarget.Of("Sparkplug values by type", static random => [(byte)random.Next(36), (byte)random.Next(8), .. random.Bytes(40)], Value) with { Share = 100, AllocatedPerByte = 400 },
    ];

    private static SparkplugTemplate Template(bool isDefinition) => new()
    {
        IsDefinition = isDefinition, TemplateRef = isDefinition ? null : "Motor", Version = "1", Metrics = [SparkplugMetric.Of("rpm", SparkplugDataType.Int32, 5, At)],
        Parameters = [SparkplugParameter.Of("poles", SparkplugDataType.UInt32, 4u)],
    };

    private static SparkplugMetric AsData(SparkplugMetric metric) => metric with { Name = metric.Alias is null ? metric.Name : null, DataType = null, Properties = null };

    private static byte[] Payload(ulong? seq, SparkplugMetric[] metrics) => new SparkplugPayload { Timestamp = (ulong)At.ToUnixTimeMilliseconds(), Seq = seq, Metrics = metrics }.ToBytes();

    private static byte[] Seed(Random random)
    {
        var messages = new List<(byte, byte[])> { (0, NodeBirth) };
        if (random.Next(2) == 0) messages.AddRange(Rest.Take(random.Next(Rest.Length))); // a session as it should be
        else for (var i = random.Next(6); i > 0; i--) messages.Add(random.One(Rest));
        return Join(messages);
    }

    /// <summary>Each message is its kind, two bytes of length, and its payload.</summary>
    private static byte[] Join(IEnumerable<(byte Kind, byte[] Payload)> messages)
    {
        byte[] all = [.. messages.SelectMany(static m => (byte[])[m.Kind, (byte)(m.Payload.Length >> 8), (byte)m.Payload.Length, .. m.Payload])];
        return all.Length > LongestInput ? all[..LongestInput] : all;
    }

    private static List<(byte Kind, byte[] Payload)> Split(byte[] input)
    {
        var messages = new List<(byte, byte[])>();
        for (var at = 0; at + 3 <= input.Length;)
        {
            var end = Math.Min(input.Length, at + 3 + ((input[at + 1] << 8) | input[at + 2]));
            messages.Add((input[at], input[(at + 3)..end]));
            at = end;
        }
        return messages;
    }

    private static byte[] Change(byte[] seed, Random random)
    {
        var messages = Split(seed);
        for (var i = random.Next(1, 4); i > 0 && messages.Count > 0; i--)
        {
            var at = random.Next(messages.Count);
            switch (random.Next(10))
            {
                case 0: messages.Insert(random.Next(messages.Count + 1), messages[at]); break;
                case 1: messages.RemoveAt(at); break;
                case 2: messages[at] = messages[at] with { Kind = (byte)random.Next(18) }; break;
                case 3: messages.Add(random.One(Rest)); break;
                default: messages[at] = messages[at] with { Payload = BytesMutator.Change(messages[at].Payload, random) }; break;
            }
        }
        return Join(messages);
    }

    private static FuzzOutcome Validate(byte[] input)
    {
        var validator = new SparkplugValidator { SeesSubscriptions = true };
        foreach (var (kind, payload) in Split(input))
        {
            if (kind < Topics.Length) validator.Observe(new MqttMessage(Topics[kind], payload, (MqttQoS)(payload.Length % 3), retain: payload.Length % 2 == 1), "c");
            else if (kind == 12) validator.ObserveConnect("c", new MqttMessage("spBv1.0/G/NDEATH/E", payload, MqttQoS.AtLeastOnce), cleanSession: payload.Length % 2 == 0);
            else if (kind == 13) validator.ObserveConnect("c", new MqttMessage("spBv1.0/STATE/scada", payload, MqttQoS.AtLeastOnce, retain: true), cleanSession: true);
            else if (kind == 14 && payload.Length > 0) validator.ObserveSubscribe("c", System.Text.Encoding.UTF8.GetString(payload), MqttQoS.AtLeastOnce);
            else if (kind == 15) validator.ObserveDisconnect("c");
            else validator.ObserveLoss("c");
        }
        validator.Conclude();
        if (validator.StandingOf("G/E") is { } standing && standing.Devices.Count > 1) throw new InvalidOperationException("a device that no topic names");
        return new FuzzOutcome($"{Math.Min(validator.Violations.Select(v => v.Rule.Id).Distinct(StringComparer.Ordinal).Count(), 9)} rules");
    }

    private static FuzzOutcome Host(byte[] input)
    {
        var outcome = "";
        ClientEnvironment.Run(async net =>
        {
            var problems = new SortedSet<SparkplugProblem>();
            await using var host = new SparkplugHost(new SparkplugHostOptions { HostId = "scada", Mqtt = new MqttClientOptions { ClientId = "scada" }, MaxHeld = 4 }, net.ConnectAsync, net.Env.Time);
            host.ProblemFound += problem => problems.Add(problem.Problem);
            await host.ConnectAsync(TestContext.Current.CancellationToken);
            await net.Env.Context.SettleAsync(); // It has subscribed.
            await PublishAsync(net, input);
            await net.Env.Time.AdvanceAsync(TimeSpan.FromSeconds(3));
            outcome = problems.Count == 0 ? "no problem" : string.Join(' ', problems);

            await net.Env.Broker.PublishAsync(new MqttMessage(Topics[0], NodeBirth));
            await net.Env.Broker.PublishAsync(new MqttMessage(Topics[2], Payload(1, [AsData(Metrics[0]) with { Value = SparkplugValue.OfInt(77) }])));
            await net.Env.Context.SettleAsync();
            var node = host.Nodes["G/E"];
            if (!node.IsOnline || node.NeedsBirth || node.Metrics.Find("Int32")!.Value is not 77) throw new InvalidOperationException("it does not follow a node that keeps to the rules");
        });
        return new FuzzOutcome(outcome);
    }

    private static FuzzOutcome Node(byte[] input)
    {
        var outcome = "";
        ClientEnvironment.Run(async net =>
        {
            var refused = new SortedSet<SparkplugRefusal>();
            await using var node = new SparkplugEdgeNode(
                new SparkplugEdgeNodeOptions { Group = "G", Node = "E", Mqtt = new MqttClientOptions { ClientId = "E" }, PrimaryHost = "scada" }, net.ConnectAsync, net.Env.Time);
            foreach (var metric in Metrics) node.Tags.Add(metric.Name!, metric.Type, metric.Value.TryGet(metric.Type, out var value) ? value : null);
            node.CommandReceived += command =>
            {
                (command.Device?.Tags ?? node.Tags).Set(command.Tag.Name, command.Value); // What a command may carry can be set.
                node.Publish();
            };
            node.CommandRefused += command => refused.Add(command.Reason);
            node.AddDevice("D").Connect();
            var watcher = await net.Env.SubscriberAsync("watcher", Topics[0]);
            await net.Env.Broker.PublishAsync(MqttMessage.FromText(Topics[8], """{"online":true,"timestamp":1}""", retain: true));
            await node.ConnectAsync(TestContext.Current.CancellationToken);
            await net.Env.Context.SettleAsync();
            await PublishAsync(net, input);
            outcome = refused.Count == 0 ? "nothing refused" : string.Join(' ', refused);

            await net.Env.Broker.PublishAsync(MqttMessage.FromText(Topics[8], $$"""{"online":true,"timestamp":{{ulong.MaxValue}}}""", retain: true));
            await net.Env.Time.AdvanceAsync(TimeSpan.FromMinutes(1)); // It may have left because its host had.
            watcher.Take();
            await net.Env.Broker.PublishAsync(new MqttMessage(Topics[6], Payload(null, [AsData(Rebirth) with { Value = SparkplugValue.OfBoolean(true) }])));
            await net.Env.Context.SettleAsync();
            if (watcher.Take().Count != 1) throw new InvalidOperationException("it is not born again when it is asked");
        });
        return new FuzzOutcome(outcome);
    }

    private static async Task PublishAsync(ClientEnvironment net, byte[] input)
    {
        foreach (var (kind, payload) in Split(input).Where(static m => m.Kind < Topics.Length))
        {
            await net.Env.Broker.PublishAsync(new MqttMessage(Topics[kind], payload, retain: kind == 8));
            await net.Env.Context.SettleAsync();
        }
    }

    /// <summary>A value of a kind as one of a type: what is read is written as what is read the same.</summary>
    private static FuzzOutcome Value(byte[] input)
    {
        if (input.Length < 2) return new FuzzOutcome("nothing");
        var type = (SparkplugDataType)input[0];
        var rest = input.AsSpan(2);
        Span<byte> number = stackalloc byte[8];
        rest[..Math.Min(8, rest.Length)].CopyTo(number);
        var bits = BitConverter.ToUInt64(number);
        var value = input[1] switch
        {
            0 => SparkplugValue.OfInt((uint)bits),
            1 => SparkplugValue.OfLong(bits),
            2 => SparkplugValue.OfFloat(BitConverter.UInt32BitsToSingle((uint)bits)),
            3 => SparkplugValue.OfDouble(BitConverter.UInt64BitsToDouble(bits)),
            4 => SparkplugValue.OfBoolean(bits != 0),
            5 => SparkplugValue.OfString(System.Text.Encoding.UTF8.GetString(rest)),
            _ => SparkplugValue.OfBytes(rest),
        };
        if (!value.TryGet(type, out var read)) return new FuzzOutcome("none");
        var written = SparkplugValue.Of(type, read);
        if (!SparkplugTypes.IsOfMetrics(type) || written.Kind != SparkplugTypes.KindOf(type)) throw new InvalidOperationException($"{type} in {written.Kind}");
        if (!written.TryGet(type, out var again) || SparkplugValue.Of(type, again) != written) throw new InvalidOperationException($"{read} is read back as {again}");
        return new FuzzOutcome(type.ToString());
    }
}
