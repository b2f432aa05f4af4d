using System.Security.Cryptography;
using System.Text;
using TrainingLab.Labs.Attempts.Contracts;

namespace TrainingLab.Web.Components.Workspace;

/// <summary>A level of the tree of topics.</summary>
/// <param name="Name">The level's own name.</param>
/// <param name="Path">The topic up to it.</param>
public sealed record TopicLevel(string Name, string Path)
{
    /// <summary>The message on this very topic; null where there is none.</summary>
    public MqttTopicView? Topic { get; private set; }

    /// <summary>The levels below, sorted.</summary>
    public SortedDictionary<string, TopicLevel> Below { get; } = new(StringComparer.Ordinal);

    /// <summary>Names the level in the page.</summary>
    public string Id { get; } = "topic-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path)))[..16];

    /// <summary>Makes the tree of topics.</summary>
    public static IReadOnlyCollection<TopicLevel> Tree(IEnumerable<MqttTopicView> topics)
    {
        var root = new TopicLevel("", "");
        foreach (var topic in topics)
        {
            var level = root;
            foreach (var name in topic.Topic.Split('/'))
            {
                if (!level.Below.TryGetValue(name, out var below))
                    level.Below[name] = below = new TopicLevel(name, level == root ? name : $"{level.Path}/{name}");
                level = below;
            }

            level.Topic = topic;
        }

        return root.Below.Values;
    }
}
