using System.Globalization;
using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.InteropTests.Mqtt;

/// <summary>Wireshark's Sparkplug and protobuf dissectors read our payloads with our schema: every field, and without a complaint.</summary>
public sealed class TsharkSparkplug_Tests
{
    [Fact]
    public async Task Wireshark_reads_every_field_that_we_write()
    {
        var lines = await DissectAsync("spBv1.0/G/DBIRTH/E/D", new SparkplugPayload
        {
            Timestamp = 1486144502122,
            Seq = 255,
            Uuid = "u",
            Body = new byte[] { 255 },
            Metrics =
            [
                SparkplugMetric.Of("int8", SparkplugDataType.Int8, -1, DateTimeOffset.FromUnixTimeMilliseconds(1479123452194)) with { Alias = 300 },
                SparkplugMetric.Of("uint64", SparkplugDataType.UInt64, ulong.MaxValue),
                SparkplugMetric.Of("float", SparkplugDataType.Float, 12.5f),
                SparkplugMetric.Of("double", SparkplugDataType.Double, -1.5),
                SparkplugMetric.Of("水位", SparkplugDataType.String, "高"),
                SparkplugMetric.Of("array", SparkplugDataType.Int16Array, new short[] { -30000, 30000 }),
                new SparkplugMetric { Name = "null", IsNull = true, IsHistorical = true, IsTransient = true },
                SparkplugMetric.Of("file", SparkplugDataType.File, new byte[200]) with { MetaData = new SparkplugMetaData { IsMultiPart = false, ContentType = "text/plain", Size = 200, Seq = 1, FileName = "f", FileType = "txt", Md5 = "00", Description = "d" } },
                SparkplugMetric.Of("quality", SparkplugDataType.Boolean, true) with { Properties = SparkplugPropertySet.Of((SparkplugPropertySet.Quality, SparkplugDataType.Int32, 500)) },
                SparkplugMetric.Of("table", SparkplugDataType.DataSet, SparkplugDataSet.Of([("a", SparkplugDataType.Int32), ("b", SparkplugDataType.String)], [7, "x"])),
                SparkplugMetric.Of("template", SparkplugDataType.Template, new SparkplugTemplate
                {
                    Version = "1.0",
                    TemplateRef = "T",
                    IsDefinition = false,
                    Metrics = [SparkplugMetric.Of("member", SparkplugDataType.UInt8, 5)],
                    Parameters = [SparkplugParameter.Of("p", SparkplugDataType.Boolean, false)],
                }),
            ],
        });

        Assert.DoesNotContain(lines, l => l.Contains("alformed", StringComparison.Ordinal) || l.Contains("Expert Info", StringComparison.Ordinal));
        string[] expected =
        [
            "[Group ID: G]", "[Message Type: DBIRTH]", "[Edge Node ID: E]", "[Device ID: D]",
            "Field(1): timestamp = 1486144502122 (uint64)",
            "Field(1): name = int8 (string)", "Field(2): alias = 300 (uint64)", "Field(3): timestamp = 1479123452194 (uint64)", "Field(4): datatype = 1 (uint32)", "Field(10): int_value = 4294967295 (uint32)",
            "Field(11): long_value = 18446744073709551615 (uint64)",
            "Field(12): float_value = 12.500000 (float)",
            "Field(13): double_value = -1.500000 (double)",
            "Field(14): boolean_value = true (bool)",
            "Field(1): name = 水位 (string)", "Field(15): string_value = 高 (string)",
            "Field(16): bytes_value  (bytes)",
            "Field(5): is_historical = true (bool)", "Field(6): is_transient = true (bool)", "Field(7): is_null = true (bool)",
            "Field(1): is_multi_part = false (bool)", "Field(2): content_type = text/plain (string)", "Field(3): size = 200 (uint64)", "Field(4): seq = 1 (uint64)",
            "Field(5): file_name = f (string)", "Field(6): file_type = txt (string)", "Field(7): md5 = 00 (string)", "Field(8): description = d (string)",
            "Field(1): keys = Quality (string)", "Field(1): type = 3 (uint32)", "Field(3): int_value = 500 (uint32)",
            "Field(1): num_of_columns = 2 (uint64)", "Field(2): columns = b (string)", "Field(3): types = 12 (uint32)", "Field(1): int_value = 7 (uint32)", "Field(6): string_value = x (string)",
            "Field(1): version = 1.0 (string)", "Field(1): name = member (string)", "Field(10): int_value = 5 (uint32)", "Field(7): boolean_value = false (bool)", "Field(4): template_ref = T (string)", "Field(5): is_definition = false (bool)",
            "Field(3): seq = 255 (uint64)", "Field(4): uuid = u (string)", "Field(5): body  (bytes)",
        ];
        Assert.Empty(expected.Except(lines, StringComparer.Ordinal));
    }

    /// <summary>What tshark says of one PUBLISH, its lines without indentation.</summary>
    private static async Task<IReadOnlyList<string>> DissectAsync(string topic, SparkplugPayload payload)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var (text, capture) = (Path.Combine(folder.FullName, "publish.txt"), Path.Combine(folder.FullName, "publish.pcap"));
            await File.WriteAllTextAsync(text, HexDump(Publish(topic, payload.ToBytes())), TestContext.Current.CancellationToken);
            using (var convert = ForeignProgram.Start("text2pcap", "-q", "-T", "50000,1883", text, capture)) Assert.Equal(0, (await convert.WaitAsync()).ExitCode);
            using var tshark = ForeignProgram.Start("tshark", "-r", capture, "-o", $"uat:protobuf_search_paths:\"{SchemaFolder()}\",\"TRUE\"", "-O", "sparkplugb,protobuf");
            var (exitCode, lines) = await tshark.WaitAsync();
            Assert.True(exitCode == 0, string.Join('\n', lines));
            return [.. lines.Select(l => l.Trim())];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>PUBLISH at QoS 0 (MQTT 3.1.1 §3.3) with a remaining length of two bytes.</summary>
    private static byte[] Publish(string topic, byte[] payload)
    {
        var name = System.Text.Encoding.UTF8.GetBytes(topic);
        var length = 2 + name.Length + payload.Length;
        Assert.InRange(length, 128, 16383);
        return [0x30, (byte)(length | 0x80), (byte)(length >> 7), (byte)(name.Length >> 8), (byte)name.Length, .. name, .. payload];
    }

    private static string HexDump(byte[] bytes) =>
        string.Concat(bytes.Chunk(16).Select((row, i) => $"{(i * 16).ToString("x6", CultureInfo.InvariantCulture)} {string.Join(' ', row.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)))}\n"));

    private static string SchemaFolder()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "TrainingLab.sln"))) root = root.Parent;
        return Path.Combine(root!.FullName, "src", "TrainingLab.Mqtt", "Sparkplug", "Payloads");
    }
}
