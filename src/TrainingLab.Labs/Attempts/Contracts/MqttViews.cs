namespace TrainingLab.Labs.Attempts.Contracts;

/// <summary>What the workspace's topic explorer shows.</summary>
/// <param name="Filters">What is subscribed.</param>
/// <param name="Topics">Topics that messages came on, sorted.</param>
/// <param name="IsFull">Whether there were more topics than are kept.</param>
/// <param name="Broken">Rules of Sparkplug broken on subscribed topics, the latest first.</param>
/// <param name="Connections">How the students of the attempt are connected.</param>
public sealed record MqttTopicsView(
    IReadOnlyList<MqttFilterView> Filters, IReadOnlyList<MqttTopicView> Topics, bool IsFull, IReadOnlyList<SparkplugFindingView> Broken, IReadOnlyList<MqttConnectionView> Connections)
{
    /// <summary>Nothing is subscribed.</summary>
    public static MqttTopicsView None { get; } = new([], [], IsFull: false, [], []);
}

/// <summary>How the topic explorer logs in to the broker, with what the student has.</summary>
/// <param name="User">User name; null for none.</param>
/// <param name="Password">Password; null for none.</param>
/// <param name="Tls">Whether over TLS.</param>
/// <param name="Certificate">Name on the client certificate that it shows, over TLS; null for none.</param>
public sealed record MqttLogin(string? User, string? Password, bool Tls, string? Certificate)
{
    /// <summary>Most characters of each text.</summary>
    public const int MaxLength = 256;

    /// <summary>A login of what was typed in; null where nothing was.</summary>
    public static MqttLogin? Of(string? user, string? password, bool tls, string? certificate)
    {
        var login = new MqttLogin(Text(user), Text(password), tls || Text(certificate) is not null, Text(certificate));
        return login is { User: null, Password: null, Tls: false } ? null : login;

        static string? Text(string? typed) => string.IsNullOrEmpty(typed) ? null : typed;
    }

    /// <summary>Without the password.</summary>
    public override string ToString() => $"{User ?? Certificate}{(Tls ? " over TLS" : "")}";

    /// <summary>Whether every text is within <see cref="MaxLength"/>.</summary>
    public bool IsBounded => User?.Length is null or <= MaxLength && Password?.Length is null or <= MaxLength && Certificate?.Length is null or <= MaxLength;
}

/// <summary>A connection of the topic explorer.</summary>
/// <param name="User">User name, or the name on the certificate; null for none.</param>
/// <param name="Tls">Whether over TLS.</param>
/// <param name="Lost">Why the connection is not there now, in the broker's words; null while it is.</param>
public sealed record MqttConnectionView(string? User, bool Tls, string? Lost);

/// <summary>A subscribed filter and the quality of service that the broker granted.</summary>
public sealed record MqttFilterView(string Filter, int QoS);

/// <summary>A topic and its last message.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Text">The payload in one short line; of Sparkplug its first metrics.</param>
/// <param name="Length">Bytes of the payload.</param>
/// <param name="Retained">Whether it was published to be retained.</param>
/// <param name="QoS">As it was delivered.</param>
/// <param name="Count">Messages since the subscription.</param>
/// <param name="At">Plant time at which it came.</param>
public sealed record MqttTopicView(string Topic, string Text, int Length, bool Retained, int QoS, long Count, DateTimeOffset At);

/// <summary>A message in full.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Text">The payload as text, or as hexadecimal digits; null where it is shown decoded.</param>
/// <param name="Sparkplug">The payload of a Sparkplug message; null where it is none.</param>
/// <param name="Error">Why a payload that should be Sparkplug's cannot be read; null otherwise.</param>
/// <param name="Broken">Rules broken on this topic, the latest first.</param>
public sealed record MqttMessageView(MqttTopicView Topic, string? Text, SparkplugMessageView? Sparkplug, string? Error, IReadOnlyList<SparkplugFindingView> Broken);

/// <summary>A Sparkplug message, decoded.</summary>
/// <param name="Type">NBIRTH, DDATA …</param>
/// <param name="Node">Group and edge node.</param>
/// <param name="Device">The device; null where it is about the node.</param>
/// <param name="Seq">Sequence number; null for none.</param>
/// <param name="Metrics">The metrics.</param>
public sealed record SparkplugMessageView(string Type, string Node, string? Device, ulong? Seq, IReadOnlyList<SparkplugMetricView> Metrics);

/// <summary>A metric.</summary>
/// <param name="Name">Its name, also where only a birth told it; null where no birth has.</param>
/// <param name="Alias">Its alias; null for none.</param>
/// <param name="DataType">Its type; null where it is not known.</param>
/// <param name="Value">Its value; null for null.</param>
/// <param name="Time">Its timestamp; null for none.</param>
/// <param name="IsHistorical">Whether it is an old value.</param>
/// <param name="Properties">Its properties in one line.</param>
public sealed record SparkplugMetricView(string? Name, ulong? Alias, string? DataType, string? Value, DateTimeOffset? Time, bool IsHistorical, string Properties);

/// <summary>A broken rule of Sparkplug.</summary>
/// <param name="At">Plant time.</param>
/// <param name="Topic">Topic of the message that broke it.</param>
/// <param name="Rule">The specification's identifier.</param>
/// <param name="IsMust">Whether it is required; otherwise recommended.</param>
/// <param name="Text">The rule.</param>
/// <param name="Metric">The metric; null where it is not about one.</param>
/// <param name="Expected">What was asked for.</param>
/// <param name="Found">What was there.</param>
public sealed record SparkplugFindingView(DateTimeOffset At, string Topic, string Rule, bool IsMust, LocalizedText Text, string? Metric, string Expected, string Found);
