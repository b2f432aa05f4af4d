using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Services;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Mqtt.Access;
using TrainingLab.Mqtt.Topics;
using TrainingLab.Network;
using LocalizedText = TrainingLab.Factory.Definitions.LocalizedText;

namespace TrainingLab.Labs.Toolbox;

/// <summary>
/// <c>mqtt acl|user|limit|listener|cert|sessions</c>: what an administrator does at the broker itself, as with the files of one that stands alone. It needs no connection, holds at once, and each change is
/// an action <c>configure</c> of the protocol mqtt.
/// </summary>
/// <param name="command">The command whose words these are.</param>
/// <param name="context">The factory, and who acts.</param>
/// <param name="arguments">All words.</param>
internal sealed class MqttAdministration(IToolboxCommand command, ToolboxContext context, ToolboxArguments arguments)
{
    private static readonly LocalizedText NotAllowed = new("the administration of this broker is not open to you", "你无权管理该消息服务器");
    private static readonly LocalizedText Open = new("no rules: everybody may publish and subscribe everything", "没有规则：任何人都可以发布和订阅任何主题");
    private static readonly LocalizedText Closed = new("no rule: nobody may publish or subscribe anything", "没有任何允许规则：任何人都不能发布或订阅");
    private static readonly LocalizedText NoRule = new("there is no rule {0}; mqtt acl show lists them", "没有规则 {0}；mqtt acl show 可列出规则");
    private static readonly LocalizedText NoUser = new("there is no user {0}; mqtt user show lists them", "没有用户 {0}；mqtt user show 可列出用户");
    private static readonly LocalizedText UserExists = new("there is a user {0} already; mqtt user set gives another password", "用户 {0} 已存在；可用 mqtt user set 更改口令");
    private static readonly LocalizedText AnonymousOn = new("anonymous clients are let in", "允许匿名客户端");
    private static readonly LocalizedText AnonymousOff = new("anonymous clients are refused", "拒绝匿名客户端");
    private static readonly LocalizedText NoLimit = new("there is no limit {0}; mqtt limit show lists them", "没有限制项 {0}；mqtt limit show 可列出限制项");
    private static readonly LocalizedText NotPossible = new("{0} takes {1}", "{0} 的取值范围为 {1}");
    private static readonly LocalizedText NoListener = new("it listens nowhere", "没有监听任何端口");
    private static readonly LocalizedText Plainly = new("without TLS", "明文");
    private static readonly LocalizedText Secure = new("TLS", "TLS");
    private static readonly LocalizedText WithCertificate = new("TLS, clients must show a certificate", "TLS，客户端必须出示证书");
    private static readonly LocalizedText NoSessions = new("no sessions", "没有会话");
    private static readonly LocalizedText Connected = new("connected", "在线");
    private static readonly LocalizedText Away = new("away", "离线");
    private static readonly LocalizedText Waiting = new("{0} waiting", "{0} 条待发");

    private readonly MqttBrokerService broker = context.Factory.Broker!;

    /// <summary>The words after <c>mqtt</c> that begin it.</summary>
    public static IReadOnlyList<string> Words { get; } = ["acl", "user", "limit", "listener", "cert", "sessions"];

    /// <summary>Its forms, one a line.</summary>
    public static IReadOnlyList<string> Usage { get; } =
    [
        "mqtt acl show|open|closed",
        "mqtt acl add|set N FILTER [--allow publish|subscribe] [--user U] [--client C]    (add without N; %u user, %c client)",
        "mqtt acl remove N",
        "mqtt user show",
        "mqtt user add|set NAME --password P",
        "mqtt user remove NAME",
        "mqtt user anonymous on|off",
        "mqtt limit show",
        "mqtt limit set NAME VALUE",
        "mqtt listener show",
        "mqtt listener plain|tls|certificates on|off    (certificates on: over TLS a client must show one)",
        "mqtt cert show|authority",
        "mqtt cert issue|print|revoke NAME",
        "mqtt sessions",
    ];

    private BrokerSettings Settings => broker.Settings;

    /// <summary>Whether a word begins it.</summary>
    public static bool IsWord(string word) => Words.Contains(word, StringComparer.Ordinal);

    /// <summary>What may come next.</summary>
    public static IEnumerable<string> Complete(ToolboxContext context, IReadOnlyList<string> words) => words switch
    {
        ["acl"] => ["show", "add", "set", "remove", "open", "closed"],
        ["acl", "add" or "set", _, ..] => ["--allow", "--user", "--client"],
        ["user"] => ["show", "add", "set", "remove", "anonymous"],
        ["user", "set" or "remove"] => context.Factory.Broker?.Settings.Users.Keys ?? [],
        ["user", "anonymous"] => ["on", "off"],
        ["user", "add" or "set", _] => ["--password"],
        ["limit"] => ["show", "set"],
        ["limit", "set"] => BrokerLimitTable.Names,
        ["listener"] => ["show", "plain", "tls", "certificates"],
        ["listener", _] => ["on", "off"],
        ["cert"] => ["show", "authority", "issue", "print", "revoke"],
        ["cert", "print" or "revoke"] => context.Factory.Context.Authority?.Clients ?? [],
        _ => [],
    };

    /// <summary>Does it.</summary>
    public async Task<CommandResult> RunAsync()
    {
        if (!broker.IsAdministrated && !context.IsInstructor && context.Account is not null)
            return ToolboxOutput.Failed(NotAllowed.In(context.Language));
        var words = arguments.Positional;
        return words switch
        {
            ["acl"] or ["acl", "show"] => ShowRules(),
            ["acl", "open"] => await ChangeAsync("acl open", Settings with { Rules = null }, ShowRules),
            ["acl", "closed"] => await ChangeAsync("acl closed", Settings with { Rules = [] }, ShowRules),
            ["acl", "add", var filter] => await AddRuleAsync(filter),
            ["acl", "set", var number, var filter] => await SetRuleAsync(number, filter),
            ["acl", "remove", var number] => await RemoveRuleAsync(number),
            ["user"] or ["user", "show"] => ShowUsers(),
            ["user", "anonymous", "on" or "off"] => await ChangeAsync($"user anonymous {words[2]}", Settings with { Anonymous = words[2] == "on" }, ShowUsers),
            ["user", "add" or "set", var name] => await SetUserAsync(words[1], name),
            ["user", "remove", var name] => await RemoveUserAsync(name),
            ["limit"] or ["limit", "show"] => ShowLimits(),
            ["limit", "set", var name, var value] => await SetLimitAsync(name, value),
            ["listener"] or ["listener", "show"] => ShowListeners(),
            ["listener", "tls" or "certificates", "on" or "off"] when broker.TlsPort is null => ToolboxOutput.Failed(Format(MqttTexts.NoTls)),
            ["listener", "plain", "on" or "off"] => await ChangeAsync($"listener plain {words[2]}", Settings with { Plain = words[2] == "on" }, ShowListeners),
            ["listener", "tls", "on" or "off"] => await ChangeAsync($"listener tls {words[2]}", Settings with { Tls = words[2] == "on" }, ShowListeners),
            ["listener", "certificates", "on" or "off"] => await ChangeAsync($"listener certificates {words[2]}", Settings with { RequireCertificate = words[2] == "on" }, ShowListeners),
            ["cert", ..] when context.Factory.Context.Authority is { } authority => await new MqttCertificates(command, context, authority, Who).RunAsync([.. words.Skip(1)]),
            ["cert", ..] => ToolboxOutput.Failed(Format(MqttTexts.NoTls)),
            ["sessions"] => ShowSessions(),
            _ => ToolboxOutput.Misused(command, Format(MqttTexts.OtherWords, words[0])),
        };
    }

    private async Task<CommandResult> AddRuleAsync(string filter) => ReadRule(filter, out var wrong) is { } rule
        ? await ChangeAsync($"acl add {BrokerSettings.TextOf(rule)}", Settings with { Rules = [.. Settings.Rules ?? [], rule] }, ShowRules)
        : wrong!;

    private async Task<CommandResult> SetRuleAsync(string number, string filter)
    {
        if (IndexOf(number) is not { } index)
            return Failed(NoRule, number);
        return ReadRule(filter, out var wrong) is { } rule
            ? await ChangeAsync($"acl set {number} {BrokerSettings.TextOf(rule)}", Settings with { Rules = Settings.Rules!.Value.SetItem(index, rule) }, ShowRules)
            : wrong!;
    }

    private async Task<CommandResult> RemoveRuleAsync(string number) => IndexOf(number) is not { } index
        ? Failed(NoRule, number)
        : await ChangeAsync($"acl remove {BrokerSettings.TextOf(Settings.Rules!.Value[index])}", Settings with { Rules = Settings.Rules!.Value.RemoveAt(index) }, ShowRules);

    private async Task<CommandResult> SetUserAsync(string verb, string name)
    {
        if (arguments.Option("password") is not { Length: > 0 } password)
            return ToolboxOutput.Misused(command, Format(MqttTexts.UserNeeds, verb));
        if (name.Length == 0)
            return ToolboxOutput.Misused(command, Format(MqttTexts.UserName));
        if (Settings.Users.ContainsKey(name) != (verb == "set"))
            return Failed(verb == "set" ? NoUser : UserExists, name);
        return await ChangeAsync($"user {verb} {name}", Settings with { Users = Settings.Users.SetItem(name, broker.CredentialsOf(name, password)) }, ShowUsers);
    }

    private async Task<CommandResult> RemoveUserAsync(string name) => Settings.Users.ContainsKey(name)
        ? await ChangeAsync($"user remove {name}", Settings with { Users = Settings.Users.Remove(name) }, ShowUsers)
        : Failed(NoUser, name);

    private async Task<CommandResult> SetLimitAsync(string name, string value)
    {
        if (!BrokerLimitTable.Names.Contains(name))
            return Failed(NoLimit, name);
        return BrokerLimitTable.With(Settings.Limits, name, value) is { } limits
            ? await ChangeAsync($"limit set {name} {value}", Settings with { Limits = limits }, ShowLimits)
            : Failed(NotPossible, name, BrokerLimitTable.Possible(name));
    }

    private PlantPeer Who
    {
        get
        {
            _ = context.Factory.Context.Network.TryResolve(context.Workstation, out var address);
            return new PlantPeer(context.Workstation, address, 0, context.Account);
        }
    }

    private async Task<CommandResult> ChangeAsync(string text, BrokerSettings changed, Func<CommandResult> show)
    {
        await broker.ChangeAsync(Who, text, changed);
        return show();
    }

    private CommandResult ShowListeners()
    {
        var output = new ToolboxOutput();
        var listeners = new JsonArray();
        if (Settings.Plain)
            Show("mqtt", broker.Port, Plainly);
        if (Settings.Tls && broker.TlsPort is { } port)
            Show("mqtts", port, Settings.RequireCertificate ? WithCertificate : Secure);
        if (listeners.Count == 0)
            output.Line(NoListener.In(context.Language));
        return output.Done(new JsonObject { ["listeners"] = listeners, ["requireCertificate"] = Settings.RequireCertificate });

        void Show(string protocol, int number, LocalizedText how)
        {
            output.Line(string.Create(CultureInfo.InvariantCulture, $"{protocol,-6} {number,5} {how.In(context.Language)}"));
            listeners.Add(new JsonObject { ["protocol"] = protocol, ["port"] = number });
        }
    }

    private CommandResult ShowRules()
    {
        var output = new ToolboxOutput();
        var json = new JsonArray();
        if (Settings.Rules is not { } rules)
            output.Line(Open.In(context.Language));
        else if (rules.IsEmpty)
            output.Line(Closed.In(context.Language));
        for (var i = 0; i < (Settings.Rules ?? []).Length; i++)
        {
            var rule = Settings.Rules!.Value[i];
            output.Line(string.Create(CultureInfo.InvariantCulture, $"{i + 1,3} {BrokerSettings.TextOf(rule)}"));
            json.Add(new JsonObject { ["number"] = i + 1, ["topic"] = rule.Topic, ["user"] = rule.User, ["client"] = rule.Client, ["publish"] = rule.Publish, ["subscribe"] = rule.Subscribe });
        }

        return output.Done(new JsonObject { ["open"] = Settings.Rules is null, ["rules"] = json });
    }

    private CommandResult ShowUsers()
    {
        var output = new ToolboxOutput();
        output.Line((Settings.Anonymous ? AnonymousOn : AnonymousOff).In(context.Language));
        foreach (var user in Settings.Users.Keys)
            output.Line(user);
        return output.Done(new JsonObject { ["anonymous"] = Settings.Anonymous, ["users"] = new JsonArray([.. Settings.Users.Keys.Select(u => (JsonNode)JsonValue.Create(u)!)]) });
    }

    private CommandResult ShowLimits()
    {
        var output = new ToolboxOutput();
        foreach (var (name, value) in BrokerLimitTable.Save(Settings.Limits))
            output.Line($"{name,-18} {value}");
        return output.Done(BrokerLimitTable.Save(Settings.Limits));
    }

    private CommandResult ShowSessions()
    {
        var output = new ToolboxOutput();
        var json = new JsonArray();
        foreach (var session in broker.Broker.SessionViews)
        {
            var filters = string.Join(", ", session.Subscriptions.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Filter} ({(int)s.QoS})")));
            output.Line($"{session.ClientId,-16} {session.UserName ?? "-",-12} {(session.IsConnected ? Connected : Away).In(context.Language),-10} {Format(Waiting, session.Queued),-12} {filters}".TrimEnd());
            json.Add(new JsonObject
            {
                ["client"] = session.ClientId,
                ["user"] = session.UserName,
                ["connected"] = session.IsConnected,
                ["subscriptions"] = new JsonArray([.. session.Subscriptions.Select(s => (JsonNode)new JsonObject { ["filter"] = s.Filter, ["qos"] = (int)s.QoS })]),
                ["queued"] = session.Queued,
                ["dropped"] = session.Dropped,
            });
        }

        if (json.Count == 0)
            output.Line(NoSessions.In(context.Language));
        return output.Done(json);
    }

    /// <summary>The rule that the words say; null where they say none.</summary>
    private AccessRule? ReadRule(string filter, out CommandResult? wrong)
    {
        wrong = null;
        if (!MqttTopic.IsValidFilter(filter))
            wrong = ToolboxOutput.Misused(command, Format(MqttTexts.NoFilter, filter));
        var allowed = (arguments.Option("allow") ?? "publish,subscribe").Split(',');
        if (allowed.Any(a => a is not ("publish" or "subscribe")))
            wrong = ToolboxOutput.Misused(command, Format(MqttTexts.Allow));
        return wrong is null ? new AccessRule(filter, arguments.Option("user"), arguments.Option("client"), allowed.Contains("publish", StringComparer.Ordinal), allowed.Contains("subscribe", StringComparer.Ordinal)) : null;
    }

    private int? IndexOf(string number) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= 1 && n <= (Settings.Rules ?? []).Length ? n - 1 : null;

    private CommandResult Failed(LocalizedText text, params object[] values) => ToolboxOutput.Failed(Format(text, values));

    private string Format(LocalizedText text, params object[] values) => MqttTexts.Of(context, text, values);
}
