using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Sparkplug.Payloads;
using TrainingLab.Tests.Fuzz;

namespace TrainingLab.Tests.Mqtt.Fuzz;

/// <summary>What all decoders of MQTT and Sparkplug have in common as targets.</summary>
internal static class MqttTarget
{
    /// <summary>A decoder whose errors are those of MQTT and of Sparkplug's payloads.</summary>
    public static FuzzTarget Of(string name, Func<Random, byte[]> seed, Func<byte[], object?> decode) => new(name, seed, decode)
    {
        Change = BytesMutator.Change,
        NameOf = static e => e switch
        {
            MqttProtocolException wrong => wrong.Reason.ToString(),
            SparkplugFormatException wrong => wrong.Error.ToString(),
            _ => null,
        },
    };

    /// <summary>One of some.</summary>
    public static T One<T>(this Random random, IReadOnlyList<T> of) => of[random.Next(of.Count)];

    /// <summary>Some bytes.</summary>
    public static byte[] Bytes(this Random random, int most)
    {
        var bytes = new byte[random.Next(most)];
        random.NextBytes(bytes);
        return bytes;
    }
}
