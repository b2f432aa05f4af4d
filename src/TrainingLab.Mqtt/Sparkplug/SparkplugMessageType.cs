namespace TrainingLab.Mqtt.Sparkplug;

/// <summary>What a Sparkplug message is (§4.1.3): the third level of its topic, but for STATE.</summary>
public enum SparkplugMessageType
{
    /// <summary>Birth of an edge node.</summary>
    NBirth,

    /// <summary>Death of an edge node.</summary>
    NDeath,

    /// <summary>Birth of a device.</summary>
    DBirth,

    /// <summary>Death of a device.</summary>
    DDeath,

    /// <summary>Data of an edge node.</summary>
    NData,

    /// <summary>Data of a device.</summary>
    DData,

    /// <summary>Command to an edge node.</summary>
    NCmd,

    /// <summary>Command to a device.</summary>
    DCmd,

    /// <summary>State of a host application.</summary>
    State,
}
