using TrainingLab.Labs.Attempts.Contracts;

namespace TrainingLab.Web.Localisation;

/// <summary>Words of the field: tracks, levels, positions, machine states, outcomes.</summary>
public static class Vocabulary
{
    /// <summary>Tracks by the first part of a lab id, in the order of the curriculum.</summary>
    public static IReadOnlyDictionary<string, LocalizedText> Tracks { get; } = new Dictionary<string, LocalizedText>(StringComparer.Ordinal)
    {
        ["network"] = new("Network", "网络互联"),
        ["identifiers"] = new("Identifier resolution", "标识解析"),
        ["interoperability"] = new("Information interoperability", "信息互通"),
        ["platform"] = new("Edge and platform", "边缘与平台"),
        ["data"] = new("Data", "数据服务"),
        ["applications"] = new("Application development", "应用开发"),
        ["operations"] = new("Operations", "运维"),
        ["security"] = new("Security", "安全防护"),
        ["integrated"] = new("Integrated case", "综合案例"),
    };

    /// <summary>The fifteen positions of the curriculum; number 1 first.</summary>
    public static IReadOnlyList<LocalizedText> Positions { get; } =
    [
        new("Industrial network engineer", "工业网络工程师"),
        new("Identifier-resolution developer", "标识解析研发工程师"),
        new("Identifier-resolution integrator", "标识解析系统集成工程师"),
        new("Edge computing engineer", "边缘计算工程师"),
        new("Platform architect", "平台架构师"),
        new("Platform developer", "平台开发工程师"),
        new("Industrial app developer", "工业APP开发工程师"),
        new("Platform operations engineer", "平台运维工程师"),
        new("Platform operations manager", "平台运营主管"),
        new("Industrial data engineer", "工业大数据工程师"),
        new("Security architect", "安全架构师"),
        new("Security engineer", "安全工程师"),
        new("Solution architect", "解决方案架构师"),
        new("Implementation architect", "实施架构工程师"),
        new("System integration engineer", "系统集成工程师"),
    ];

    /// <summary>PackML states (ISA-TR88.00.02) as the tags spell them.</summary>
    public static IReadOnlyDictionary<string, LocalizedText> MachineStates { get; } = new Dictionary<string, LocalizedText>(StringComparer.OrdinalIgnoreCase)
    {
        ["Clearing"] = new("Clearing", "清除中"),
        ["Stopped"] = new("Stopped", "已停止"),
        ["Starting"] = new("Starting", "启动中"),
        ["Idle"] = new("Idle", "空闲"),
        ["Suspended"] = new("Suspended", "已挂起"),
        ["Execute"] = new("Execute", "运行"),
        ["Stopping"] = new("Stopping", "停止中"),
        ["Aborting"] = new("Aborting", "中止中"),
        ["Aborted"] = new("Aborted", "已中止"),
        ["Holding"] = new("Holding", "保持中"),
        ["Held"] = new("Held", "已保持"),
        ["Unholding"] = new("Unholding", "解除保持"),
        ["Suspending"] = new("Suspending", "挂起中"),
        ["Unsuspending"] = new("Unsuspending", "解除挂起"),
        ["Resetting"] = new("Resetting", "复位中"),
        ["Completing"] = new("Completing", "完成中"),
        ["Complete"] = new("Complete", "已完成"),
    };

    /// <summary>What the attempt itself does, by protocol and operation of its evidence; a protocol's own words stay as they are.</summary>
    public static IReadOnlyDictionary<string, LocalizedText> Operations { get; } = new Dictionary<string, LocalizedText>(StringComparer.Ordinal)
    {
        ["attempt begin"] = new("attempt begins", "作答开始"),
        ["attempt freeze"] = new("attempt pauses", "作答暂停"),
        ["attempt resume"] = new("attempt goes on", "作答继续"),
        ["attempt restore"] = new("start over", "从头再来"),
        ["attempt handIn"] = new("hand in", "交卷"),
        ["attempt seal"] = new("evidence sealed", "证据封存"),
        ["answer answer"] = new("answer", "提交答案"),
        ["hint hint"] = new("hint taken", "查看提示"),
    };

    /// <summary>What a machine's usual values are called where there is little room, by the last part of their tag.</summary>
    private static readonly Dictionary<string, LocalizedText> ShortTags = new(StringComparer.Ordinal)
    {
        ["CurMachSpeed"] = new("speed", "速度"),
        ["ProdProcessedCount"] = new("made", "产量"),
        ["ProdDefectiveCount"] = new("rejects", "次品"),
    };

    /// <summary>Symbols of units that a tag may give by their UNECE Recommendation 20 code, as OPC UA does (Part 8, 5.6.3).</summary>
    private static readonly Dictionary<string, string> Units = new(StringComparer.Ordinal)
    {
        ["1"] = "", ["C62"] = "", ["C94"] = "1/min", ["MMT"] = "mm", ["MTR"] = "m", ["MTS"] = "m/s", ["CEL"] = "°C", ["P1"] = "%", ["SEC"] = "s", ["MIN"] = "min",
        ["KWT"] = "kW", ["KWH"] = "kW·h", ["VLT"] = "V", ["AMP"] = "A", ["NU"] = "N·m", ["MLT"] = "ml", ["LTR"] = "l", ["BAR"] = "bar", ["HTZ"] = "Hz", ["GRM"] = "g", ["KGM"] = "kg",
    };

    /// <summary>A unit as it is printed after a number; empty for none.</summary>
    public static string Unit(string? unit) => unit is null ? "" : Units.GetValueOrDefault(unit, unit);

    /// <summary>An operation of the evidence.</summary>
    public static LocalizedText Operation(string protocol, string operation) =>
        Operations.TryGetValue($"{protocol} {operation}", out var text) ? text : LocalizedText.Same($"{protocol} {operation}");

    // What a member did last, by its first words; a line of the toolbox stays as it was typed.
    private static readonly (string Begin, LocalizedText Text)[] Actions =
    [
        ("answer ", new("answer ", "提交答案 ")),
        ("hint ", new("hint ", "查看提示 ")),
        ("subscribe ", new("subscribe ", "订阅 ")),
        ("start over", new("start over", "从头再来")),
        ("hand in", new("hand in", "交卷")),
    ];

    /// <summary>The last action of an attempt as its summary has it; empty for none.</summary>
    public static LocalizedText Action(string? action)
    {
        if (string.IsNullOrEmpty(action))
            return LocalizedText.Same("");
        var known = Array.Find(Actions, a => action.StartsWith(a.Begin, StringComparison.Ordinal)).Text;
        return known is null ? LocalizedText.Same(action) : new LocalizedText(known.En + action[known.En.Length..], known.Zh + action[known.En.Length..]);
    }

    /// <summary>A tag's name where there is little room.</summary>
    public static LocalizedText ShortTag(string tag)
    {
        ArgumentNullException.ThrowIfNull(tag);
        var name = tag[(tag.LastIndexOf('/') + 1)..];
        return ShortTags.TryGetValue(name, out var text) ? text : LocalizedText.Same(name);
    }

    /// <summary>The track's name; an unknown one keeps its own.</summary>
    public static LocalizedText Track(string track) => Tracks.TryGetValue(track, out var text) ? text : LocalizedText.Same(track);

    /// <summary>1 junior to 3 senior.</summary>
    public static LocalizedText Level(int level) => level switch { <= 1 => Texts.LevelJunior, 2 => Texts.LevelIntermediate, _ => Texts.LevelSenior };

    /// <summary>Position 1 to 15.</summary>
    public static LocalizedText Position(int number) =>
        number >= 1 && number <= Positions.Count ? Positions[number - 1] : LocalizedText.Same(number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>A machine's state.</summary>
    public static LocalizedText MachineState(string? state) =>
        state is null ? Texts.UnknownState : MachineStates.TryGetValue(state, out var text) ? text : LocalizedText.Same(state);

    /// <summary>An attempt's state.</summary>
    public static LocalizedText Of(AttemptState state) => state switch
    {
        AttemptState.Running => Texts.StateRunning,
        AttemptState.Frozen => Texts.StateFrozen,
        AttemptState.HandingIn => Texts.StateHandingIn,
        _ => Texts.StateHandedIn,
    };

    /// <summary>A check's outcome.</summary>
    public static LocalizedText Of(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Passed => Texts.OutcomePassed,
        CheckOutcome.Failed => Texts.OutcomeFailed,
        CheckOutcome.Broken => Texts.OutcomeBroken,
        CheckOutcome.Pending => Texts.OutcomePending,
        _ => Texts.OutcomeNotReached,
    };
}
