using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Configuration;

/// <summary>
/// Reads the line commands of switches and the firewall, which consoles, toolbox and submissions share:
/// <code>
/// port N [access] [trunk] [vlan V] [native V] [allowed LIST] [enable|disable] [description "TEXT"]
/// rule add [id ID] [at N] allow|reject|drop from A to B [tcp|udp|any] [port P] [comment "TEXT"]
/// rule delete ID | rule move ID to N | rule clear | default allow|reject|drop
/// save | restart | show running|saved|ports|mac-table|rules
/// </code>
/// Words do not care about case. A text with spaces stands in double quotes.
/// </summary>
public static class DeviceCommandParser
{
    /// <summary>The longest line that is looked at.</summary>
    public const int MaxLength = 512;

    /// <summary>Reads one line; the error names the part at fault and the remedy.</summary>
    public static bool TryParse(string line, [NotNullWhen(true)] out DeviceCommand? command, [NotNullWhen(false)] out CommandError? error)
    {
        ArgumentNullException.ThrowIfNull(line);
        command = null;
        error = line.Length > MaxLength ? CommandErrors.TooLong : null;
        if (error is not null || !Words.TrySplit(line, out var words, out error))
            return false;
        try
        {
            command = words.Next("port, rule, default, save, restart, show").ToLowerInvariant() switch
            {
                "port" => Port(words),
                "rule" => Rule(words),
                "default" => new SetDefaultCommand(Action("default", words.Next("allow, reject, drop"))),
                "save" => new SaveCommand(),
                "restart" => new RestartCommand(),
                "show" => Show(words),
                var word => throw new CommandException(CommandErrors.Unknown(word)),
            };
            words.End();
            return true;
        }
        catch (CommandException e)
        {
            command = null;
            error = e.Error;
            return false;
        }
    }

    private static SetPortCommand Port(Words words)
    {
        const string Settings = "access, trunk, vlan, native, allowed, enable, disable, description";
        var number = words.Next("port number");
        var command = new SetPortCommand(int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0
            ? n
            : throw new CommandException(CommandErrors.BadPort(number)));
        do
        {
            command = words.Next(Settings).ToLowerInvariant() switch
            {
                "access" => command with { Mode = PortMode.Access },
                "trunk" => command with { Mode = PortMode.Trunk },
                "vlan" => command with { AccessVlan = Vlan("vlan", words.Next("VLAN")) },
                "native" => command with { NativeVlan = Vlan("native", words.Next("VLAN")) },
                "allowed" => command with { Allowed = Vlans(words.Next("110,130-139, all, none")) },
                "enable" => command with { Enabled = true },
                "disable" => command with { Enabled = false },
                "description" => command with { Description = words.Next("\"…\"") },
                var word => throw new CommandException(CommandErrors.Unexpected(word, Settings)),
            };
        }
        while (words.More);
        return command;
    }

    private static DeviceCommand Rule(Words words)
    {
        const string Verbs = "add, delete, move, clear";
        switch (words.Next(Verbs).ToLowerInvariant())
        {
            case "add":
                return AddRule(words);
            case "delete":
                return new DeleteRuleCommand(words.Next("id"));
            case "move":
                var id = words.Next("id");
                words.Expect("to");
                return new MoveRuleCommand(id, Position(words.Next("position")));
            case "clear":
                return new ClearRulesCommand();
            case var word:
                throw new CommandException(CommandErrors.Unexpected(word, Verbs));
        }
    }

    private static AddRuleCommand AddRule(Words words)
    {
        var id = words.Take("id") ? words.Next("id") : "";
        int? position = words.Take("at") ? Position(words.Next("position")) : null;
        var action = Action("action", words.Next("allow, reject, drop"));
        words.Expect("from");
        var from = Address("from", words.Next("any, 10.1.10.0/24, host"));
        words.Expect("to");
        var to = Address("to", words.Next("any, 10.1.10.0/24, host"));
        var protocol = words.Take("tcp") ? FirewallProtocol.Tcp : words.Take("udp") ? FirewallProtocol.Udp : FirewallProtocol.Any;
        if (protocol == FirewallProtocol.Any)
            words.Take("any");
        var ports = words.Take("port") || words.Take("ports") ? Ports(words.Next("4840, 80,443, 8000-8099")) : PortSet.Any;
        var comment = words.Take("comment") ? words.Next("\"…\"") : "";
        if (words.More)
            throw new CommandException(CommandErrors.Unexpected(words.Next(""), "tcp, udp, any, port, comment"));
        return new AddRuleCommand(new FirewallRule(id, action, from, to, protocol, ports, comment), position);
    }

    private static ShowCommand Show(Words words)
    {
        const string Subjects = "running, saved, ports, mac-table, rules";
        return new ShowCommand(words.Next(Subjects).ToLowerInvariant() switch
        {
            "running" => ShowSubject.Running,
            "saved" => ShowSubject.Saved,
            "ports" => ShowSubject.Ports,
            "mac-table" => ShowSubject.MacTable,
            "rules" => ShowSubject.Rules,
            var word => throw new CommandException(CommandErrors.Unexpected(word, Subjects)),
        });
    }

    private static ushort Vlan(string field, string word) =>
        ushort.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var vlan) && VlanSet.IsVlan(vlan)
            ? vlan
            : throw new CommandException(CommandErrors.BadVlan(field, word));

    private static VlanSet Vlans(string word) =>
        VlanSet.TryParse(word, out var set) ? set : throw new CommandException(CommandErrors.BadVlans(word));

    private static PortSet Ports(string word) =>
        PortSet.TryParse(word, out var set) ? set : throw new CommandException(CommandErrors.BadPorts(word));

    private static AddressMatch Address(string field, string word) =>
        AddressMatch.TryParse(word, out var match) ? match : throw new CommandException(CommandErrors.BadAddress(field, word));

    private static int Position(string word) => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var position) && position > 0
        ? position
        : throw new CommandException(CommandErrors.BadPosition(word));

    private static FirewallAction Action(string field, string word) => word.ToLowerInvariant() switch
    {
        "allow" => FirewallAction.Allow,
        "reject" => FirewallAction.Reject,
        "drop" => FirewallAction.Drop,
        _ => throw new CommandException(CommandErrors.BadAction(field, word)),
    };
}
