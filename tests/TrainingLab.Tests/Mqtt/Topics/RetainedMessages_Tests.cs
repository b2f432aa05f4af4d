using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Tests.Mqtt.Topics;

/// <summary>A search that can be left at any step, and what others keep and delete meanwhile.</summary>
public class RetainedMessages_Tests
{
    private const int Seed = 20261126;

    private static readonly string[] Filters = ["#", "+/#", "+/+/+", "a/#", "a/+/c", "+/b/#", "a/b/c", "$s/#", "$s/+", "+/+/none", "+"];

    [Fact]
    public void It_takes_one_step_for_each_place_that_a_filter_may_match()
    {
        var retained = new RetainedMessages(TimeProvider.System);
        for (var i = 0; i < 1000; i++) retained.Set(MqttMessage.FromText($"{i % 10}/{i}", "x"));
        Assert.Equal(1 + 10 + 1000, retained.Search("#").Count());
        Assert.Equal(1 + 10 + 1000, retained.Search("+/+").Count());
        Assert.Equal(1 + 10, retained.Search("+/none").Count());
        Assert.Equal(1 + 10, retained.Search("+").Count());
        Assert.Equal(1 + 1 + 100, retained.Search("3/#").Count());
        Assert.Equal(3, retained.Search("3/13").Count());
        Assert.Single(retained.Search("$s/#"));
    }

    [Fact]
    public void Kept_again_in_the_order_of_all_they_have_the_same_order()
    {
        var random = new Random(Seed);
        var first = new RetainedMessages(TimeProvider.System);
        for (var i = 0; i < 2000; i++) Change(first, random);
        var second = new RetainedMessages(TimeProvider.System);
        foreach (var message in first.All) second.Set(message);
        Assert.Equal(first.All.Select(m => m.Topic), second.All.Select(m => m.Topic));
        Assert.Equal((first.Count, first.Bytes), (second.Count, second.Bytes));
        Assert.Equal(first.Count, first.All.Select(m => m.Topic).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Whatever_changes_between_two_steps_it_finds_what_stays_once_and_ends()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 300; round++)
        {
            var retained = new RetainedMessages(TimeProvider.System);
            for (var i = 0; i < 60; i++) Change(retained, random);
            var filter = Filters[round % Filters.Length];
            var staying = Topics(retained, filter);
            var possible = staying.ToHashSet(StringComparer.Ordinal);
            var found = new List<string>();
            foreach (var message in retained.Search(filter))
            {
                if (message is not null)
                {
                    Assert.Same(message, Assert.Single(retained.Matching(message.Topic)));
                    found.Add(message.Topic);
                }
                for (var i = random.Next(4); i > 0; i--) Change(retained, random);
                var now = Topics(retained, filter);
                staying.IntersectWith(now);
                possible.UnionWith(now);
            }
            Assert.Equal(found.Count, found.Distinct(StringComparer.Ordinal).Count());
            Assert.Subset(possible, found.ToHashSet(StringComparer.Ordinal));
            Assert.Superset(staying, found.ToHashSet(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void It_ends_though_new_topics_come_as_fast_as_it_looks()
    {
        var retained = new RetainedMessages(TimeProvider.System);
        for (var i = 0; i < 100; i++) retained.Set(MqttMessage.FromText($"t/{i}", "x"));
        var next = 100;
        foreach (var _ in retained.Search("#"))
        {
            retained.Set(new MqttMessage($"t/{next - 50}", default));
            retained.Set(MqttMessage.FromText($"t/{next++}", "x"));
            Assert.InRange(next, 0, 300);
        }
    }

    private static void Change(RetainedMessages retained, Random random)
    {
        var levels = Enumerable.Range(0, random.Next(1, 5)).Select(_ => "abc"[random.Next(3)].ToString());
        var topic = (random.Next(8) == 0 ? "$s/" : "") + string.Join('/', levels);
        retained.Set(MqttMessage.FromText(topic, random.Next(3) == 0 ? "" : "x"));
    }

    /// <summary>The topics that match, found without the tree.</summary>
    private static HashSet<string> Topics(RetainedMessages retained, string filter) =>
        retained.All.Select(m => m.Topic).Where(t => MqttTopic.Matches(filter, t)).ToHashSet(StringComparer.Ordinal);
}
