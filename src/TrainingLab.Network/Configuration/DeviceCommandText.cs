using System.Text;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Configuration;

/// <summary>Writes commands and configurations in the line form.</summary>
internal static class DeviceCommandText
{
    public static string Write(DeviceCommand command) => command switch
    {
        SetPortCommand c => Port(c),
        AddRuleCommand c => Rule(c.Rule, c.Position),
        DeleteRuleCommand c => $"rule delete {c.Id}",
        MoveRuleCommand c => $"rule move {c.Id} to {c.Position}",
        ClearRulesCommand => "rule clear",
        SetDefaultCommand c => $"default {Word(c.Action)}",
        SetFirewallCommand c => string.Join("; ",
            [.. c.Default is { } action ? [$"default {Word(action)}"] : Array.Empty<string>(), "rule clear", .. c.Rules.Select(r => Rule(r, null))]),
        SaveCommand => "save",
        RestartCommand => "restart",
        ShowCommand c => $"show {(c.Subject == ShowSubject.MacTable ? "mac-table" : c.Subject.ToString().ToLowerInvariant())}",
        _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name, "A command without a line form."),
    };

    /// <summary>The whole configuration, one command a line: giving them to a fresh device makes it equal.</summary>
    public static string Write(SwitchConfiguration configuration) => string.Join('\n', configuration.Ports.Select(Write));

    public static string Write(RouterConfiguration configuration) => string.Join('\n',
        configuration.Firewall.Rules.Select(r => Rule(r, null)).Append($"default {Word(configuration.Firewall.Default)}"));

    public static string Write(SwitchPort port) => Port(new SetPortCommand(
        port.Number,
        port.Mode,
        port.Mode == PortMode.Access ? port.AccessVlan : null,
        port.Mode == PortMode.Trunk ? port.NativeVlan : null,
        port.Mode == PortMode.Trunk ? port.Allowed : null,
        port.Enabled ? null : false,
        port.Description.Length > 0 ? port.Description : null));

    public static string Word(FirewallAction action) => action.ToString().ToLowerInvariant();

    public static string Word(FirewallProtocol protocol) => protocol.ToString().ToLowerInvariant();

    public static string Word(PortMode mode) => mode.ToString().ToLowerInvariant();

    private static string Port(SetPortCommand command)
    {
        var text = new StringBuilder("port ").Append(command.Port);
        if (command.Mode is { } mode)
            text.Append(' ').Append(Word(mode));
        if (command.AccessVlan is { } vlan)
            text.Append(" vlan ").Append(vlan);
        if (command.NativeVlan is { } native)
            text.Append(" native ").Append(native);
        if (command.Allowed is { } allowed)
            text.Append(" allowed ").Append(allowed);
        if (command.Enabled is { } enabled)
            text.Append(enabled ? " enable" : " disable");
        if (command.Description is { } description)
            text.Append(" description \"").Append(description).Append('"');
        return text.ToString();
    }

    private static string Rule(FirewallRule rule, int? position)
    {
        var text = new StringBuilder("rule add");
        if (rule.Id.Length > 0)
            text.Append(" id ").Append(rule.Id);
        if (position is { } at)
            text.Append(" at ").Append(at);
        text.Append(' ').Append(Word(rule.Action)).Append(" from ").Append(rule.From).Append(" to ").Append(rule.To);
        if (rule.Protocol != FirewallProtocol.Any)
            text.Append(' ').Append(Word(rule.Protocol));
        if (!rule.Ports.IsAny)
            text.Append(" port ").Append(rule.Ports);
        if (rule.Comment.Length > 0)
            text.Append(" comment \"").Append(rule.Comment).Append('"');
        return text.ToString();
    }
}
