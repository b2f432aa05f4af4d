using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Mqtt.Access;

/// <summary>Lets somebody publish or subscribe below a topic pattern.</summary>
/// <param name="Topic">A topic filter, in which <c>%u</c> stands for the user name and <c>%c</c> for the client identifier.</param>
/// <param name="User">Whose; null: everybody's.</param>
/// <param name="Client">The client identifier for which it holds; null: any.</param>
/// <param name="Publish">Whether it lets publish.</param>
/// <param name="Subscribe">Whether it lets subscribe.</param>
public sealed record AccessRule(string Topic, string? User, string? Client, bool Publish, bool Subscribe);

/// <summary>Who may do what: whatever no rule allows is denied.</summary>
public sealed class AccessRules(IReadOnlyList<AccessRule> rules)
{
    /// <summary>The rules.</summary>
    public IReadOnlyList<AccessRule> Rules => rules;

    /// <summary>Whether a client may do something; as <see cref="MqttBrokerOptions.Authorize"/>.</summary>
    public bool Allows(MqttClientIdentity client, MqttAccess access, string topic)
    {
        foreach (var rule in rules)
        {
            if (access == MqttAccess.Publish ? !rule.Publish : !rule.Subscribe) continue;
            if (rule.User is not null && rule.User != client.UserName) continue;
            if (rule.Client is not null && rule.Client != client.ClientId) continue;
            if (PatternFor(rule.Topic, client) is not { } pattern) continue;
            if (access == MqttAccess.Publish ? MqttTopic.Matches(pattern, topic) : MqttTopic.Covers(pattern, topic)) return true;
        }
        return false;
    }

    /// <summary>The pattern of a rule for one client; null where it does not hold, as for a name that would itself be a pattern.</summary>
    private static string? PatternFor(string topic, MqttClientIdentity client)
    {
        if (!topic.Contains('%', StringComparison.Ordinal)) return topic;
        if (topic.Contains("%u", StringComparison.Ordinal) && !IsOneLevel(client.UserName)) return null;
        if (topic.Contains("%c", StringComparison.Ordinal) && !IsOneLevel(client.ClientId)) return null;
        // Each in the rule's own text only: a user may be called %c.
        return string.Join(client.UserName, topic.Split("%u").Select(piece => piece.Replace("%c", client.ClientId, StringComparison.Ordinal)));
    }

    private static bool IsOneLevel(string? name) => !string.IsNullOrEmpty(name) && name.AsSpan().IndexOfAny('/', '+', '#') < 0;
}
