using FsCheck;
using FsCheck.Fluent;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Sessions;
using TrainingLab.Mqtt.Topics;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Topics;

/// <summary>Topic names and filters (MQTT 3.1.1 §4.7). The examples are the specification's where it has one.</summary>
public class TopicRules_Tests
{
    private static readonly Config Seeded = Config.QuickThrowOnFailure.WithReplay(20260105, 27183).WithMaxTest(2000);

    [Theory]
    [InlineData("#", true)]
    [InlineData("+", true)]
    [InlineData("/", true)]
    [InlineData("sport/tennis/#", true)]
    [InlineData("sport/tennis#", false)]
    [InlineData("sport/tennis/#/ranking", false)]
    [InlineData("+/tennis/#", true)]
    [InlineData("sport+", false)]
    [InlineData("sport/+/player1", true)]
    [InlineData("+a", false)]
    [InlineData("++", false)]
    [InlineData("#/", false)]
    [InlineData("##", false)]
    [InlineData("", false)]
    [InlineData("a\0b", false)]
    [InlineData("ACCOUNTS", true)]
    [InlineData("Accounts payable", true)]
    [Mqtt311("4.7.1-2", "4.7.1-3", "4.7.3-1", "4.7.3-2"), Mqtt5("4.7.1-1", "4.7.1-2", "4.7.3-1", "4.7.3-2")]
    public void A_filter_is_valid_or_not(string filter, bool valid) => Assert.Equal(valid, MqttTopic.IsValidFilter(filter));

    [Theory]
    [InlineData("a/b", true)]
    [InlineData("/", true)]
    [InlineData("a b", true)]
    [InlineData("$SYS/x", true)]
    [InlineData("", false)]
    [InlineData("a/+", false)]
    [InlineData("a#", false)]
    [InlineData("\0", false)]
    [Mqtt311("4.7.1-1", "4.7.3-1", "4.7.3-2"), Mqtt5("4.7.0-1", "4.7.3-1", "4.7.3-2")]
    public void A_name_is_valid_or_not(string name, bool valid) => Assert.Equal(valid, MqttTopic.IsValidName(name));

    [Fact]
    [Mqtt311("4.7.3-3"), Mqtt5("4.7.3-3")]
    public void Lengths_are_counted_in_bytes()
    {
        Assert.True(MqttTopic.IsValidName(new string('a', 65_535)));
        Assert.False(MqttTopic.IsValidName(new string('a', 65_536)));
        Assert.False(MqttTopic.IsValidName(new string('中', 21_846)));
    }

    [Fact]
    public void A_lone_surrogate_is_not_text() => Assert.False(MqttTopic.IsValidFilter("a/" + (char)0xD800));

    [Theory]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/ranking", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true)]
    [InlineData("sport/#", "sport", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1/ranking", false)]
    [InlineData("sport/+", "sport", false)]
    [InlineData("sport/+", "sport/", true)]
    [InlineData("+/+", "/finance", true)]
    [InlineData("/+", "/finance", true)]
    [InlineData("+", "/finance", false)]
    [InlineData("#", "a", true)]
    [InlineData("#", "/", true)]
    [InlineData("#", "$SYS/a", false)]
    [InlineData("+/monitor/Clients", "$SYS/monitor/Clients", false)]
    [InlineData("$SYS/#", "$SYS/a", true)]
    [InlineData("$SYS/monitor/+", "$SYS/monitor/Clients", true)]
    [InlineData("a/$x", "a/$x", true)]
    [InlineData("a/+", "a/$x", true)]
    [InlineData("ACCOUNTS", "Accounts", false)]
    [InlineData("caf\u00E9", "cafe\u0301", false)] // the same letter composed and not
    [InlineData("a", "a/b", false)]
    [InlineData("a/b", "a", false)]
    [InlineData("a/+/#", "a", false)]
    [InlineData("a/+/#", "a/b", true)]
    [Mqtt311("4.7.2-1", "4.7.3-4"), Mqtt5("4.7.2-1", "4.7.3-4")]
    public void A_filter_matches_or_not(string filter, string name, bool matches)
    {
        Assert.Equal(matches, MqttTopic.Matches(filter, name));
        Assert.Equal(matches, MatchesByTrie(filter, name));
        Assert.Equal(matches, MatchesRetained(filter, name));
    }

    [Fact]
    public void All_three_matchers_agree_with_the_rules_read_level_by_level() =>
        Check.One(Seeded, Prop.ForAll(Filters.ToArbitrary(), Names.ToArbitrary(), (filter, name) =>
        {
            var expected = ByTheRules(filter, name);
            return MqttTopic.Matches(filter, name) == expected && MatchesByTrie(filter, name) == expected && MatchesRetained(filter, name) == expected;
        }));

    [Fact]
    public void A_trie_finds_each_subscriber_once_at_its_highest_quality_and_forgets_what_is_removed() =>
        Check.One(Seeded.WithMaxTest(500), Prop.ForAll(Gen.ListOf(Filters).ToArbitrary(), Names.ToArbitrary(), (filters, name) =>
        {
            var trie = new SubscriptionTrie();
            var subscriber = new Probe("a");
            var other = new Probe("b");
            var qos = filters.Distinct(StringComparer.Ordinal).Select((f, i) => (Filter: f, QoS: (MqttQoS)(i % 3))).ToList();
            foreach (var (filter, level) in qos)
            {
                trie.Add(filter, subscriber, new SubscriptionOptions(level));
                trie.Add(filter, other, new SubscriptionOptions(MqttQoS.AtMostOnce));
            }
            var found = new List<Subscriber>();
            trie.Match(name, publisher: null, found);
            var matching = qos.Where(f => ByTheRules(f.Filter, name)).ToList();
            var right = matching.Count == 0
                ? found.Count == 0
                : found.SequenceEqual([subscriber, other]) && subscriber.Matched(new MqttMessage(name, default, MqttQoS.ExactlyOnce)).QoS == matching.Max(f => f.QoS);

            foreach (var (filter, _) in qos) right &= trie.Remove(filter, subscriber);
            found.Clear();
            trie.Match(name, publisher: null, found);
            return right && found.All(s => s == other) && !trie.Remove(name, subscriber);
        }));

    private static Gen<string> Levels(params string[] levels) =>
        Gen.Choose(1, 4).SelectMany(count => Gen.Elements(levels).ArrayOf(count)).Select(l => string.Join('/', l));

    private static Gen<string> Names => Levels("a", "b", "", "$x").Where(n => n.Length > 0);

    private static Gen<string> Filters => Levels("a", "b", "", "$x", "+", "+", "#").Where(f => MqttTopic.IsValidFilter(f));

    private static bool ByTheRules(string filter, string name)
    {
        var filterLevels = filter.Split('/');
        var nameLevels = name.Split('/');
        if (name.StartsWith('$') && filterLevels[0] is ("+" or "#")) return false;
        for (var i = 0; i < filterLevels.Length; i++)
        {
            if (filterLevels[i] == "#") return true;
            if (i >= nameLevels.Length) return false;
            if (filterLevels[i] != "+" && filterLevels[i] != nameLevels[i]) return false;
            // A filter's last level may be followed by # alone, which matches the parent as well.
            if (i == nameLevels.Length - 1 && i + 2 == filterLevels.Length && filterLevels[i + 1] == "#") return true;
        }
        return filterLevels.Length == nameLevels.Length;
    }

    private static bool MatchesByTrie(string filter, string name)
    {
        var trie = new SubscriptionTrie();
        trie.Add(filter, new Probe("a"), new SubscriptionOptions(MqttQoS.AtMostOnce));
        var found = new List<Subscriber>();
        trie.Match(name, publisher: null, found);
        return found.Count == 1;
    }

    private static bool MatchesRetained(string filter, string name)
    {
        var retained = new RetainedMessages(TimeProvider.System);
        retained.Set(MqttMessage.FromText(name, "x", retain: true));
        return retained.Matching(filter).Count == 1;
    }

    private sealed class Probe(string key) : Subscriber(key)
    {
        public override void Deliver(in Delivery delivery) => Assert.Fail("Matching does not deliver.");
    }
}
