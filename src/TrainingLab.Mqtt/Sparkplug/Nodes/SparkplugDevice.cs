namespace TrainingLab.Mqtt.Sparkplug.Nodes;

/// <summary>A device behind an edge node, which speaks for it.</summary>
public sealed class SparkplugDevice
{
    private readonly SparkplugEdgeNode node;

    internal SparkplugDevice(SparkplugEdgeNode node, string id, SparkplugTags tags)
    {
        this.node = node;
        Id = id;
        Tags = tags;
    }

    /// <summary>Its identifier, unique behind its edge node.</summary>
    public string Id { get; }

    /// <summary>Its metrics.</summary>
    public SparkplugTags Tags { get; }

    /// <summary>Whether the edge node reaches it: then it is part of every birth.</summary>
    public bool IsOnline { get; private set; }

    /// <summary>The edge node reaches it: DBIRTH now, or behind the next NBIRTH.</summary>
    public void Connect()
    {
        if (IsOnline) return;
        IsOnline = true;
        node.Birth(this);
    }

    /// <summary>The edge node has lost it: DDEATH, when there is a session.</summary>
    public void Disconnect()
    {
        if (!IsOnline) return;
        IsOnline = false;
        node.Death(this);
    }

    /// <summary>Publishes what has changed as DDATA. False when nothing has, when the device is not online, or there is no session.</summary>
    public bool Publish() => IsOnline && node.Publish(this);
}
