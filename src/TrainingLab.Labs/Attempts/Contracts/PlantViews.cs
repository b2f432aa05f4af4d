namespace TrainingLab.Labs.Attempts.Contracts;

/// <summary>The line as a drawing: elements in flow order and what moves between them. Values come by tag.</summary>
public sealed record PlantPicture(IReadOnlyList<PictureElement> Elements, IReadOnlyList<PictureLink> Links);

/// <summary>What an element of the picture is.</summary>
public enum PictureKind
{
    /// <summary>A machine with a state.</summary>
    Machine,

    /// <summary>A buffer with a level.</summary>
    Buffer,
}

/// <summary>One machine or buffer.</summary>
/// <param name="Id">Node id, for example <c>filler-1</c>.</param>
/// <param name="Name">Shown in the box.</param>
/// <param name="Kind">Machine or buffer.</param>
/// <param name="StateTag">Tag whose text is the PackML state; null for a buffer.</param>
/// <param name="ValueTags">Tags to show below, at most three.</param>
/// <param name="LevelTag">A buffer's fill; null for a machine.</param>
/// <param name="Capacity">Of the buffer, in the level's unit.</param>
public sealed record PictureElement(
    string Id, LocalizedText Name, PictureKind Kind, string? StateTag, IReadOnlyList<string> ValueTags, string? LevelTag = null, double? Capacity = null);

/// <summary>Material flows from one element to the next.</summary>
public sealed record PictureLink(string From, string To);

/// <summary>A tag that the workspace can show.</summary>
/// <param name="Tag">For example <c>filler-1/CurMachSpeed</c>.</param>
/// <param name="Name">What it means.</param>
/// <param name="Unit">UCUM-like symbol; empty when it has none.</param>
/// <param name="Numeric">Whether a trend of it makes sense.</param>
/// <param name="Trend">Whether the trend shows it before the student chooses.</param>
public sealed record TagInfo(string Tag, LocalizedText Name, string Unit, bool Numeric, bool Trend);

/// <summary>All shown tags at one plant instant.</summary>
/// <param name="PlantTime">Plant time.</param>
/// <param name="Speed">Plant seconds per wall second; 0 when frozen.</param>
/// <param name="Values">Changed or all tags.</param>
public sealed record ValuesSnapshot(DateTimeOffset PlantTime, double Speed, IReadOnlyList<TagValue> Values);

/// <summary>One value.</summary>
/// <param name="Tag">As in <see cref="TagInfo"/>.</param>
/// <param name="Number">Null when it is no number.</param>
/// <param name="Text">Null when it is a number.</param>
/// <param name="Quality">A bad value must be shown as bad.</param>
public sealed record TagValue(string Tag, double? Number, string? Text, ValueQuality Quality = ValueQuality.Good);

/// <summary>OPC UA severity of a value.</summary>
public enum ValueQuality
{
    /// <summary>Usable.</summary>
    Good,

    /// <summary>Usable with care, for example a last known value.</summary>
    Uncertain,

    /// <summary>Not usable.</summary>
    Bad,
}

/// <summary>A switch as its form shows it.</summary>
/// <param name="Name">Node id.</param>
/// <param name="Ports">In port order.</param>
/// <param name="Saved">Whether the running configuration is the saved one.</param>
public sealed record SwitchView(string Name, IReadOnlyList<SwitchPortView> Ports, bool Saved);

/// <summary>A switch port.</summary>
/// <param name="Name">For example <c>p3</c>.</param>
/// <param name="ConnectedTo">The node at the other end; null when nothing is plugged in.</param>
/// <param name="Settings">Running configuration.</param>
public sealed record SwitchPortView(string Name, string? ConnectedTo, SwitchPortSettings Settings);

/// <summary>Running configuration of a switch port.</summary>
/// <param name="Enabled">False is shut down.</param>
/// <param name="Trunk">True for a trunk, false for an access port.</param>
/// <param name="AccessVlan">1 to 4094; used by an access port.</param>
/// <param name="NativeVlan">1 to 4094; used by a trunk.</param>
/// <param name="TrunkVlans">VLANs that a trunk lets pass.</param>
public sealed record SwitchPortSettings(bool Enabled, bool Trunk, int AccessVlan, int NativeVlan, IReadOnlyList<int> TrunkVlans);
