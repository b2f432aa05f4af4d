namespace TrainingLab.Labs.Attempts.Contracts;

/// <summary>
/// One attempt as the workbench uses it. Members may be called from any thread: each hops onto the factory's own scheduler, thaws the
/// attempt if it is frozen, and changes nothing once it is handed in (reading still works). What comes from the plant reaches it through
/// the plant network from the student's workstation node, so that VLANs and firewalls apply to the web workbench too.
/// </summary>
public interface IAttempt
{
    /// <summary>Attempt id, safe in a URL path.</summary>
    string Id { get; }

    /// <summary>State, score and last action; never thaws.</summary>
    AttemptSummary Summary { get; }

    /// <summary>Whether <paramref name="token"/> is the attempt's token (SOCKS5 password, Basic password or bearer). Constant time.</summary>
    bool IsToken(string token);

    /// <summary>The lab with the values drawn for this attempt: guide, tasks, questions.</summary>
    Task<LabDetail> GetLabAsync(CancellationToken cancellationToken);

    /// <summary>What its tools connect to, SOCKS5 included.</summary>
    Task<IReadOnlyList<AttemptEndpoint>> GetEndpointsAsync(CancellationToken cancellationToken);

    /// <summary>The graded checks as <paramref name="audience"/> may see them, what was expected and found in <paramref name="language"/> (<c>en</c> or <c>zh</c>); never thaws.</summary>
    Task<ScorecardView> GetScorecardAsync(ActorRole audience, string language, CancellationToken cancellationToken);

    /// <summary>The drawing of the line; the same for the whole attempt.</summary>
    Task<PlantPicture> GetPictureAsync(CancellationToken cancellationToken);

    /// <summary>Tags that the picture and the trend can show.</summary>
    Task<IReadOnlyList<TagInfo>> GetTagsAsync(CancellationToken cancellationToken);

    /// <summary>All shown tags now.</summary>
    Task<ValuesSnapshot> GetValuesAsync(CancellationToken cancellationToken);

    /// <summary>Earlier values for a trend that has just been opened, oldest first; may be empty.</summary>
    Task<IReadOnlyList<ValuesSnapshot>> GetRecentValuesAsync(TimeSpan plantTime, CancellationToken cancellationToken);

    /// <summary>What happens from now on; ends with the token. A slow reader loses values, never anything else.</summary>
    IAsyncEnumerable<AttemptEvent> WatchAsync(CancellationToken cancellationToken);

    /// <summary>Runs one line of the toolbox.</summary>
    Task<CommandResult> ExecAsync(AttemptActor actor, string commandLine, CancellationToken cancellationToken);

    /// <summary>How <paramref name="line"/> can go on at <paramref name="cursor"/>.</summary>
    Task<CompletionResult> CompleteAsync(string line, int cursor, CancellationToken cancellationToken);

    /// <summary>The switches with their running configuration.</summary>
    Task<IReadOnlyList<SwitchView>> GetSwitchesAsync(CancellationToken cancellationToken);

    /// <summary>Configures one port; running configuration only.</summary>
    Task<ActionOutcome> SetSwitchPortAsync(AttemptActor actor, string switchName, string port, SwitchPortSettings settings, CancellationToken cancellationToken);

    /// <summary>Copies the running configuration to the saved one.</summary>
    Task<ActionOutcome> SaveSwitchAsync(AttemptActor actor, string switchName, CancellationToken cancellationToken);

    /// <summary>Children of a node; null browses the Objects folder.</summary>
    Task<OpcUaBrowseResult> BrowseAsync(AttemptActor actor, string server, string? nodeId, CancellationToken cancellationToken);

    /// <summary>Reads the Value attribute.</summary>
    Task<OpcUaValueView> ReadAsync(AttemptActor actor, string server, string nodeId, CancellationToken cancellationToken);

    /// <summary>Creates a subscription with one monitored item; notifications come as <see cref="OpcUaNotified"/>.</summary>
    Task<OpcUaSubscribeResult> SubscribeAsync(AttemptActor actor, string server, OpcUaSubscribeRequest request, CancellationToken cancellationToken);

    /// <summary>Deletes a subscription; unknown ids are refused.</summary>
    Task<ActionOutcome> UnsubscribeAsync(AttemptActor actor, string subscriptionId, CancellationToken cancellationToken);

    /// <summary>Subscriptions that the workspace holds now.</summary>
    Task<IReadOnlyList<OpcUaSubscriptionView>> GetSubscriptionsAsync(CancellationToken cancellationToken);

    /// <summary>Subscribes a topic filter in the plant's broker; that messages came is told by <see cref="TopicsChanged"/>.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="filter">The topic filter.</param>
    /// <param name="qos">Quality of service asked for, 0 to 2.</param>
    /// <param name="login">How to log in; null: as the student is logged in already, or without a name.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<ActionOutcome> SubscribeTopicsAsync(AttemptActor actor, string filter, int qos, MqttLogin? login, CancellationToken cancellationToken);

    /// <summary>Ends the subscription of a topic filter; unknown ones are refused.</summary>
    Task<ActionOutcome> UnsubscribeTopicsAsync(AttemptActor actor, string filter, CancellationToken cancellationToken);

    /// <summary>The subscribed filters, the topics that messages came on, and the rules of Sparkplug broken there.</summary>
    Task<MqttTopicsView> GetTopicsAsync(CancellationToken cancellationToken);

    /// <summary>The last message of a topic, decoded where it is Sparkplug's; null where none came.</summary>
    Task<MqttMessageView?> GetTopicAsync(string topic, CancellationToken cancellationToken);

    /// <summary>Runs one InfluxQL query.</summary>
    Task<HistorianResult> QueryAsync(AttemptActor actor, string query, CancellationToken cancellationToken);

    /// <summary>Questions of this variant with the answers given last.</summary>
    Task<IReadOnlyList<AnswerView>> GetAnswersAsync(CancellationToken cancellationToken);

    /// <summary>Gives an answer; the last one counts.</summary>
    Task<ActionOutcome> AnswerAsync(AttemptActor actor, string question, string value, CancellationToken cancellationToken);

    /// <summary>Hints, with the text of those taken.</summary>
    Task<IReadOnlyList<HintView>> GetHintsAsync(CancellationToken cancellationToken);

    /// <summary>Takes a hint at its price; taking it again is free.</summary>
    Task<ActionOutcome> TakeHintAsync(AttemptActor actor, string hint, CancellationToken cancellationToken);

    /// <summary>Puts the factory back to its first state; evidence stays.</summary>
    Task<ActionOutcome> StartOverAsync(AttemptActor actor, CancellationToken cancellationToken);

    /// <summary>Ends the attempt and seals its evidence.</summary>
    Task<ActionOutcome> HandInAsync(AttemptActor actor, CancellationToken cancellationToken);

    /// <summary>Records after index <paramref name="after"/>, oldest first, at most <paramref name="limit"/>; public parts only.</summary>
    Task<IReadOnlyList<EvidenceEntry>> GetEvidenceAsync(long after, int limit, CancellationToken cancellationToken);

    /// <summary>Writes the evidence file; a student's copy is redacted and still verifies.</summary>
    Task WriteEvidenceAsync(Stream destination, ActorRole audience, CancellationToken cancellationToken);

    /// <summary>Writes what the student's capture holds as <c>.pcapng</c>; null <paramref name="node"/> is the workstation.</summary>
    Task WriteCaptureAsync(Stream destination, string? node, CancellationToken cancellationToken);

    /// <summary>Names that <see cref="ForwardAsync"/> knows.</summary>
    Task<IReadOnlyList<string>> GetServicesAsync(CancellationToken cancellationToken);

    /// <summary>Calls an HTTP service of the factory from the workstation; null when there is no such service.</summary>
    Task<ServiceResponse?> ForwardAsync(AttemptActor actor, ServiceRequest request, CancellationToken cancellationToken);
}
