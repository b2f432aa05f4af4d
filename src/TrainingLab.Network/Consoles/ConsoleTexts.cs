namespace TrainingLab.Network.Consoles;

/// <summary>The words of the console pages in one language.</summary>
internal sealed class ConsoleTexts(string language)
{
    private static readonly Dictionary<string, (string En, string Zh)> Texts = new(StringComparer.Ordinal)
    {
        ["switch"] = ("Switch", "交换机"),
        ["router"] = ("Router and firewall", "路由器与防火墙"),
        ["ports"] = ("Ports", "端口"),
        ["port"] = ("Port", "端口"),
        ["mode"] = ("Mode", "模式"),
        ["native"] = ("Native VLAN", "本征 VLAN"),
        ["allowed"] = ("Allowed VLANs", "允许的 VLAN"),
        ["enabled"] = ("Enabled", "启用"),
        ["description"] = ("Description", "描述"),
        ["apply"] = ("Apply", "应用"),
        ["macTable"] = ("MAC table", "MAC 地址表"),
        ["interfaces"] = ("Interfaces", "接口"),
        ["name"] = ("Name", "名称"),
        ["address"] = ("Address", "地址"),
        ["rules"] = ("Firewall rules", "防火墙规则"),
        ["firstMatch"] = ("The first rule that matches decides; without one the default does.", "按顺序匹配，第一条匹配的规则生效；均不匹配时执行默认动作。"),
        ["id"] = ("Id", "编号"),
        ["action"] = ("Action", "动作"),
        ["from"] = ("From", "源"),
        ["to"] = ("To", "目的"),
        ["protocol"] = ("Protocol", "协议"),
        ["targetPorts"] = ("Destination ports", "目的端口"),
        ["comment"] = ("Comment", "备注"),
        ["default"] = ("Default action", "默认动作"),
        ["newRule"] = ("New rule", "新建规则"),
        ["add"] = ("Add", "添加"),
        ["up"] = ("Up", "上移"),
        ["down"] = ("Down", "下移"),
        ["delete"] = ("Delete", "删除"),
        ["unsaved"] = ("The running configuration is not saved; a restart loses it.", "运行配置尚未保存，重启后将丢失。"),
        ["allSaved"] = ("The running configuration is saved.", "运行配置已保存。"),
        ["save"] = ("Save", "保存"),
        ["restart"] = ("Restart", "重启"),
        ["command"] = ("Command", "命令行"),
    };

    public string Language { get; } = language == "zh" ? "zh-CN" : "en";

    public string this[string key] => language == "zh" ? Texts[key].Zh : Texts[key].En;
}
