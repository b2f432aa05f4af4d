using System.Collections.Immutable;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Mqtt.Access;
using TrainingLab.Mqtt.Authentication;
using TrainingLab.Mqtt.Broker;

namespace TrainingLab.Factory.Services;

/// <summary>What can be changed of a plant's broker while it runs. A change makes another one.</summary>
public sealed record BrokerSettings
{
    /// <summary>Whether a client may come without a user name.</summary>
    public required bool Anonymous { get; init; }

    /// <summary>What the broker keeps of each user's password.</summary>
    public required ImmutableSortedDictionary<string, ScramCredentials> Users { get; init; }

    /// <summary>Who may do what, whatever no rule allows being denied; null: everybody may do everything.</summary>
    public required ImmutableArray<AccessRule>? Rules { get; init; }

    /// <summary>What clients may use up.</summary>
    public required BrokerLimits Limits { get; init; }

    /// <summary>Whether it listens without TLS.</summary>
    public required bool Plain { get; init; }

    /// <summary>Whether it listens over TLS, where the scenario has it at all.</summary>
    public required bool Tls { get; init; }

    /// <summary>Whether a client over TLS must show a certificate.</summary>
    public required bool RequireCertificate { get; init; }

    /// <summary>What a scenario says.</summary>
    /// <param name="definition">The broker of the scenario.</param>
    /// <param name="saltOf">Salt of a user's hash, where the scenario has the password.</param>
    public static BrokerSettings Of(BrokerDefinition definition, Func<string, byte[]> saltOf) => new()
    {
        Anonymous = definition.Anonymous,
        Users = definition.Users.ToImmutableSortedDictionary(
            u => u.Key, u => BrokerRules.IsPlain(u.Value) ? ScramCredentials.Of(u.Value, saltOf(u.Key)) : ScramCredentials.Parse(u.Value)!, StringComparer.Ordinal),
        Rules = definition.Access is { } access
            ? [.. access.Select(r => new AccessRule(r.Topic, r.User, r.Client, r.Allow.Contains(BrokerAction.Publish), r.Allow.Contains(BrokerAction.Subscribe)))]
            : null,
        Limits = definition.Limits.InPlant(),
        Plain = definition.Plain,
        Tls = definition.Tls is not null,
        RequireCertificate = definition.Tls is { RequireCertificate: true },
    };

    /// <summary>A rule in words, the same ones always: <c>publish,subscribe plant/# user mes client scada</c>.</summary>
    public static string TextOf(AccessRule rule)
    {
        var allow = (rule.Publish, rule.Subscribe) switch { (true, true) => "publish,subscribe", (true, false) => "publish", (false, true) => "subscribe", _ => "nothing" };
        return $"{allow} {rule.Topic}{(rule.User is null ? "" : $" user {rule.User}")}{(rule.Client is null ? "" : $" client {rule.Client}")}";
    }

    /// <summary>Whether somebody who is connected since the settings were <paramref name="before"/> could still come in.</summary>
    public bool StillLetsIn(MqttClientIdentity client, BrokerSettings before)
    {
        if (client.Peer.CertifiedUser is not null)
            return true;
        if (client.UserName is not { } user)
            return Anonymous;
        return Users.TryGetValue(user, out var now)
            ? before.Users.TryGetValue(user, out var then) && now.ToString() == then.ToString()
            : Anonymous && Users.IsEmpty;
    }

    /// <summary>The state that a factory keeps.</summary>
    public JsonObject Save() => new()
    {
        ["anonymous"] = Anonymous,
        ["users"] = new JsonObject(Users.Select(u => KeyValuePair.Create(u.Key, (JsonNode?)JsonValue.Create(u.Value.ToString())))),
        ["rules"] = Rules is not { } rules ? null : new JsonArray([.. rules.Select(r => (JsonNode)new JsonObject
        {
            ["topic"] = r.Topic, ["user"] = r.User, ["client"] = r.Client, ["publish"] = r.Publish, ["subscribe"] = r.Subscribe,
        })]),
        ["limits"] = BrokerLimitTable.Save(Limits),
        ["plain"] = Plain,
        ["tls"] = Tls,
        ["requireCertificate"] = RequireCertificate,
    };

    /// <summary>What <see cref="With"/> needs to make these settings of others. It holds hashes only of users who differ, so that evidence tells nobody those of others.</summary>
    public JsonObject ChangesSince(BrokerSettings before)
    {
        var old = before.Save();
        var changes = new JsonObject(Save().Where(m => m.Key != "users" && !JsonNode.DeepEquals(m.Value, old[m.Key])).Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone())));
        var users = new JsonObject();
        foreach (var user in before.Users.Keys.Union(Users.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var now = Users.GetValueOrDefault(user)?.ToString();
            if (now != before.Users.GetValueOrDefault(user)?.ToString())
                users[user] = now;
        }

        if (users.Count > 0)
            changes["users"] = users;
        return changes;
    }

    /// <summary>The settings after what <see cref="ChangesSince"/> gave.</summary>
    public BrokerSettings With(JsonObject changes)
    {
        var users = Users;
        foreach (var (user, hash) in changes["users"] as JsonObject ?? [])
            users = hash is null ? users.Remove(user) : users.SetItem(user, ReadHash(user, hash));
        return this with
        {
            Anonymous = (bool?)changes["anonymous"] ?? Anonymous,
            Users = users,
            Rules = changes.TryGetPropertyValue("rules", out var rules) ? ReadRules(rules) : Rules,
            Limits = changes["limits"] is { } limits ? BrokerLimitTable.Load(limits) : Limits,
            Plain = (bool?)changes["plain"] ?? Plain,
            Tls = (bool?)changes["tls"] ?? Tls,
            RequireCertificate = (bool?)changes["requireCertificate"] ?? RequireCertificate,
        };
    }

    /// <summary>Takes back what <see cref="Save"/> gave.</summary>
    public static BrokerSettings Load(JsonNode state) => new()
    {
        Anonymous = (bool)state["anonymous"]!,
        Users = state["users"]!.AsObject().ToImmutableSortedDictionary(u => u.Key, u => ReadHash(u.Key, u.Value!), StringComparer.Ordinal),
        Rules = ReadRules(state["rules"]),
        Limits = BrokerLimitTable.Load(state["limits"]!),
        Plain = (bool)state["plain"]!,
        Tls = (bool)state["tls"]!,
        RequireCertificate = (bool)state["requireCertificate"]!,
    };

    /// <summary>Reads <c>anonymous</c>, <c>users</c> (names), <c>open</c> (whether no rules decide), <c>rules</c> (as <see cref="TextOf"/> says them), <c>limits/{name}</c>, <c>plain</c> and <c>tls</c> (whether it listens), and <c>requireCertificate</c>.</summary>
    public JsonNode? Read(ReadOnlySpan<string> path) => path switch
    {
        ["anonymous"] => JsonValue.Create(Anonymous),
        ["users"] => new JsonArray([.. Users.Keys.Select(u => (JsonNode)JsonValue.Create(u)!)]),
        ["open"] => JsonValue.Create(Rules is null),
        ["rules"] => new JsonArray([.. (Rules ?? []).Select(r => (JsonNode)JsonValue.Create(TextOf(r))!)]),
        ["plain"] => JsonValue.Create(Plain),
        ["tls"] => JsonValue.Create(Tls),
        ["requireCertificate"] => JsonValue.Create(RequireCertificate),
        ["limits", var name] => BrokerLimitTable.Read(Limits, name) is { } value ? JsonValue.Create(value) : null,
        _ => null,
    };

    private static ScramCredentials ReadHash(string user, JsonNode hash) => ScramCredentials.Parse((string)hash!) ?? throw new FormatException($"The user {user} has no hash.");

    private static ImmutableArray<AccessRule>? ReadRules(JsonNode? rules) => rules is JsonArray list
        ? [.. list.Select(r => new AccessRule((string)r!["topic"]!, (string?)r["user"], (string?)r["client"], (bool)r["publish"]!, (bool)r["subscribe"]!))]
        : null;
}
