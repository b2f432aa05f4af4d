using System.Globalization;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Network;

namespace TrainingLab.Labs.Attempts;

/// <summary>Which of a protocol's own status codes mean that it was done.</summary>
internal static class Outcomes
{
    public static bool IsSuccess(string protocol, string outcome) => protocol switch
    {
        "opcua" => !outcome.StartsWith("Bad", StringComparison.Ordinal),
        "mqtt" => outcome is nameof(MqttPublishOutcome.Accepted) or nameof(MqttPublishOutcome.NotRetained) or "Success" || outcome.StartsWith("Granted", StringComparison.Ordinal) || outcome.StartsWith("Maximum", StringComparison.Ordinal),
        "network" => outcome is nameof(ConfigurationOutcome.Applied) or nameof(ConfigurationOutcome.Unchanged) or nameof(ConnectStatus.Connected),
        "identifiers" => outcome is "Success",
        "historian" => outcome is "ok" || (int.TryParse(outcome, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status < 400),
        _ => true,
    };
}
