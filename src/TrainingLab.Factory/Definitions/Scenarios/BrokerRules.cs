using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Services;
using TrainingLab.Factory.Services.Faults;
using TrainingLab.Mqtt.Authentication;
using TrainingLab.Mqtt.Topics;
using TrainingLab.Simulation.Chance;
using TrainingLab.Simulation.Parameters;

namespace TrainingLab.Factory.Definitions.Scenarios;

/// <summary>What must be right in the settings of a broker, the one of a plant or one that stands alone.</summary>
public static class BrokerRules
{
    /// <summary>How a password hash begins.</summary>
    private const string Hash = "SCRAM-SHA-256$";

    /// <summary>Adds every mistake of access rules.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="users">The users that the broker knows.</param>
    /// <param name="others">Whether there may be others, known by a certificate.</param>
    /// <param name="code">Code of a topic that is no filter.</param>
    /// <param name="mistakes">Where mistakes go.</param>
    public static void CheckAccess(IReadOnlyList<BrokerAccessRule> rules, IEnumerable<string> users, bool others, string code, Mistakes mistakes)
    {
        var known = users.ToHashSet(StringComparer.Ordinal);
        foreach (var rule in rules)
        {
            if (rule.Topic is not null && !MqttTopic.IsValidFilter(rule.Topic))
                mistakes.Add(rule.Origin.Of(nameof(rule.Topic)), code, $"'{rule.Topic}' is not a topic filter", $"“{rule.Topic}”不是主题过滤器", "+ stands for a whole level, # for all levels at the end", "+ 代表一整级，# 只能在末尾代表其余各级");
            if (rule.User is { } user && !others && !known.Contains(user))
                mistakes.UnknownReference(rule.Origin.Of(nameof(rule.User)), "user", "用户", user, known.Order(StringComparer.Ordinal));
        }
    }

    /// <summary>Adds every mistake of a plant's broker and of those who log in to it.</summary>
    internal static void Check(ScenarioModel model, Mistakes mistakes)
    {
        var services = model.Definition.Services;
        if (services.Broker is { } broker)
            CheckBroker(broker, mistakes);
        foreach (var gateway in services.Gateways)
            CheckLogin(gateway.Login, services.Broker, mistakes);
        foreach (var collector in services.Collectors)
            CheckLogin(collector.Login, services.Broker, mistakes);
        foreach (var device in model.Definition.Devices)
        {
            CheckLogin(device.Login, services.Broker, mistakes);
            if (device.Login is not null && model.Profiles.TryGetValue(device.Profile, out var profile) && !SpeaksMqtt(profile))
                mistakes.Add(device.Origin.Of(nameof(device.Login)), ScenarioMistakeCodes.MissingService, $"'{device.Id}' does not speak MQTT", $"“{device.Id}”不使用 MQTT", "leave out 'login'", "请删除 login");
        }
    }

    /// <summary>Whether a plain text is a password rather than a hash.</summary>
    internal static bool IsPlain(string password) => !password.StartsWith(Hash, StringComparison.Ordinal);

    private static bool SpeaksMqtt(DeviceProfile profile) => profile.Faces is { Mqtt: not null } or { Sparkplug: not null };

    private static void CheckBroker(BrokerDefinition broker, Mistakes mistakes)
    {
        foreach (var (name, password) in broker.Users)
        {
            if (name.Length == 0)
                mistakes.Add(broker.Origin.OfKey(nameof(broker.Users), name), MistakeCodes.BadFormat, "a user needs a name", "用户需要名称", "write a name, such as mes", "请写名称，例如 mes");
            if (password is not null && !IsPlain(password) && ScramCredentials.Parse(password) is null)
                mistakes.Add(broker.Origin.Of(nameof(broker.Users), name), MistakeCodes.BadFormat, "this begins like a password hash and is none", "这看起来像口令散列，但格式不对", "make one with lab broker --hash-password, or write the password itself", "请用 lab broker --hash-password 生成，或直接写口令");
        }

        if (broker.Access is { } access)
            CheckAccess(access, broker.Users.Keys, others: broker.Tls is { CertificateNamesUser: true }, MistakeCodes.BadFormat, mistakes);
        if (broker.Tls is { } tls)
            CheckTls(broker, tls, mistakes);
        else if (!broker.Plain)
            mistakes.Add(broker.Origin.Of(nameof(broker.Plain)), ScenarioMistakeCodes.MissingService, "a broker that listens neither plainly nor over TLS serves nobody", "既不明文监听也不使用 TLS 的消息服务器无法服务任何客户端", "add 'tls: { }'", "请添加 tls: { }");
        CheckFaults(broker, mistakes);
    }

    private static void CheckTls(BrokerDefinition broker, BrokerTlsDefinition tls, Mistakes mistakes)
    {
        if (tls.Port == broker.Port)
            mistakes.Add(tls.Origin.Of(nameof(tls.Port)), ScenarioMistakeCodes.PortTaken, $"'{broker.Id}' listens on {tls.Port} without TLS", $"“{broker.Id}”已在端口 {tls.Port} 上明文监听", "write another port, such as 8883", "请写其他端口，例如 8883");
        for (var i = 0; i < tls.Certificates.Count; i++)
        {
            var name = tls.Certificates[i];
            if (name is not null && name.Length is 0 or > PlantAuthority.MaxNameLength)
                mistakes.Add(tls.Origin.Of(nameof(tls.Certificates), i), MistakeCodes.BadFormat, $"'{name}' cannot stand on a certificate", $"“{name}”不能用作证书名称", "write 1 to 64 characters", "请写 1 至 64 个字符");
            else if (name == broker.Id)
                mistakes.Add(tls.Origin.Of(nameof(tls.Certificates), i), MistakeCodes.DuplicateId, $"'{name}' is the broker, which has a certificate", $"“{name}”是消息服务器，已有证书", "name clients only", "只写客户端名称");
        }
    }

    private static void CheckFaults(BrokerDefinition broker, Mistakes mistakes)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var fault in broker.Faults)
        {
            if (fault.Id is { Length: > 0 } && !ids.Add(fault.Id))
                DeviceRules.Duplicate(fault.Origin.Of(nameof(fault.Id)), fault.Id, mistakes);
            var wrong = new List<ParameterMistake>();
            BrokerFaults.Create(fault, new SeededChance(0, "rules"), wrong);
            foreach (var mistake in wrong)
            {
                var span = fault.Parameters.ContainsKey(mistake.Parameter) ? fault.Origin.Of(nameof(fault.Parameters), mistake.Parameter) : fault.Origin.Span;
                mistakes.Add(span, mistake);
            }
        }
    }

    private static void CheckLogin(MqttLoginDefinition? login, BrokerDefinition? broker, Mistakes mistakes)
    {
        if (login is null || broker is null)
            return;
        if (login.User is null && !login.Certificate)
            mistakes.Add(login.Origin.Span, MistakeCodes.MissingKey, "a login needs a user or a certificate", "登录需要用户或证书", "add 'user', or 'certificate: true'", "请添加 user 或 certificate: true");
        var isSecure = login.Tls || login.Certificate;
        if (isSecure && broker.Tls is null)
            mistakes.Add(login.Origin.Of(login.Tls ? nameof(login.Tls) : nameof(login.Certificate)), ScenarioMistakeCodes.MissingService, $"'{broker.Id}' does not speak TLS", $"“{broker.Id}”不使用 TLS", "add 'tls: { }' to the broker", "请为消息服务器添加 tls: { }");
        else if (!isSecure && !broker.Plain && broker.Tls is not null)
            mistakes.Add(login.Origin.Span, ScenarioMistakeCodes.MissingService, $"'{broker.Id}' listens over TLS only", $"“{broker.Id}”只使用 TLS", "add 'tls: true'", "请添加 tls: true");
        // With a password of its own it may log in as somebody whom the broker does not know: labs start from such plants.
        if (login.User is not { } user || login.Password is not null || login.Certificate)
            return;
        var span = login.Origin.Of(nameof(login.User));
        if (!broker.Users.TryGetValue(user, out var password))
            mistakes.UnknownReference(span, "user", "用户", user, broker.Users.Keys);
        else if (!IsPlain(password))
            mistakes.Add(span, MistakeCodes.MissingKey, $"the broker has only a hash of the password of '{user}'", $"消息服务器只有“{user}”的口令散列", "add 'password' beside 'user'", "请在 user 旁添加 password");
    }
}
