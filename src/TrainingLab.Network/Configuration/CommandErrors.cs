namespace TrainingLab.Network.Configuration;

/// <summary>Everything that can be wrong with a command, each with its remedy, in both languages.</summary>
internal static class CommandErrors
{
    public static CommandError TooLong { get; } = new("command",
        $"The command is longer than {DeviceCommandParser.MaxLength} characters.", $"命令超过 {DeviceCommandParser.MaxLength} 个字符。");

    public static CommandError Empty { get; } = new("command",
        "The command is empty. Try: port 3 access vlan 110", "命令为空。例如：port 3 access vlan 110");

    public static CommandError UnclosedQuote { get; } = new("command", "A double quote is not closed.", "双引号没有闭合。");

    public static CommandError NoFirewall { get; } = new("command",
        "This device has no firewall; give firewall commands to the router.", "本设备没有防火墙，请在路由器上执行防火墙命令。");

    public static CommandError NoPorts { get; } = new("command",
        "This device has no switch ports; give port commands to a switch.", "本设备没有交换端口，请在交换机上执行端口命令。");

    public static CommandError PortsNeedProtocol { get; } = new("ports",
        "Ports need a protocol: write tcp or udp before them.", "端口需要协议：请在端口前写 tcp 或 udp。");

    public static CommandError OtherPort { get; } = new("port",
        "The port in the body is not the one in the address; leave it out.", "请求体中的端口与地址中的端口不一致，请去掉该字段。");

    public static CommandError RepeatedField { get; } = new("body",
        "A field stands twice in the body; write each once.", "请求体中有重复的字段，每个字段只能出现一次。");

    public static CommandError Unknown(string word) => new("command",
        $"'{word}' is not a command. Commands: port, rule, default, save, restart, show.", $"“{word}”不是命令。可用命令：port、rule、default、save、restart、show。");

    public static CommandError Unexpected(string word, string expected) => new("command",
        $"'{word}' is not expected here; expected: {expected}.", $"此处不应为“{word}”，应为：{expected}。");

    public static CommandError Missing(string field, string expected) => new(field,
        $"Something is missing at the end; expected: {expected}.", $"命令不完整，还缺少：{expected}。");

    public static CommandError BadPort(string word) => new("port",
        $"'{word}' is not a port number; ports count from 1.", $"“{word}”不是端口号，端口从 1 开始。");

    public static CommandError NoPort(int number, int last) => new("port",
        $"There is no port {number}; this switch has ports up to {last}.", $"没有端口 {number}，本交换机端口最大为 {last}。");

    public static CommandError BadVlan(string field, string word) => new(field,
        $"'{word}' is not a VLAN; a VLAN is a number from 1 to 4094.", $"“{word}”不是有效的 VLAN，VLAN 为 1 到 4094 的整数。");

    public static CommandError BadVlans(string word) => new("allowed",
        $"'{word}' is not a list of VLANs; write 110,130-139, all or none.", $"“{word}”不是 VLAN 列表，请写 110,130-139、all 或 none。");

    public static CommandError BadAction(string field, string word) => new(field,
        $"'{word}' is not an action; use allow, reject or drop.", $"“{word}”不是动作，请用 allow、reject 或 drop。");

    public static CommandError BadAddress(string field, string word) => new(field,
        $"'{word}' is not an address; write any, 10.1.10.0/24, 10.1.10.5 or a host name.", $"“{word}”不是地址，请写 any、10.1.10.0/24、10.1.10.5 或主机名。");

    public static CommandError UnknownHost(string field, string word) => new(field,
        $"No host is called '{word}'; check the spelling or write its address.", $"没有名为“{word}”的主机，请检查拼写或改写地址。");

    public static CommandError BadPorts(string word) => new("ports",
        $"'{word}' is not a list of ports; write 4840, 80,443 or 8000-8099.", $"“{word}”不是端口列表，请写 4840、80,443 或 8000-8099。");

    public static CommandError BadProtocol(string word) => new("protocol",
        $"'{word}' is not a protocol; use tcp, udp or any.", $"“{word}”不是协议，请用 tcp、udp 或 any。");

    public static CommandError BadMode(string word) => new("mode",
        $"'{word}' is not a mode; use access or trunk.", $"“{word}”不是端口模式，请用 access 或 trunk。");

    public static CommandError BadPosition(string word) => new("position",
        $"'{word}' is not a position; positions count from 1.", $"“{word}”不是位置，位置从 1 开始。");

    public static CommandError PositionOutside(int position, int last) => new("position",
        $"Position {position} does not exist; use 1 to {last}.", $"没有位置 {position}，可用 1 到 {last}。");

    public static CommandError BadRuleId(string word) => new("id",
        $"'{word}' is not a rule id; use up to 63 letters, digits, '-', '_' and '.', starting with a letter.",
        $"“{word}”不是规则编号，请用字母开头、最多 63 个字母、数字、“-”、“_”或“.”。");

    public static CommandError DuplicateRule(string id) => new("id",
        $"There is a rule '{id}' already; delete it or choose another id.", $"规则“{id}”已存在，请先删除或换一个编号。");

    public static CommandError NoRule(string id) => new("id",
        $"There is no rule '{id}'; show rules lists them.", $"没有规则“{id}”，可用 show rules 查看。");

    public static CommandError TooManyRules(int most) => new("rules",
        $"The firewall holds at most {most} rules.", $"防火墙最多 {most} 条规则。");

    public static CommandError BadText(string field, int most) => new(field,
        $"The text has more than {most} characters, or a quote or control character.", $"文本超过 {most} 个字符，或含有引号、控制字符。");

    public static CommandError BadJson(string field, string expected) => new(field,
        $"The value is not understood; expected: {expected}.", $"无法识别该值，应为：{expected}。");

    public static CommandError Restarting(string device) => new("device",
        $"{device} is off or starting; try again when it is up.", $"{device} 已关机或正在启动，请稍后再试。");
}
