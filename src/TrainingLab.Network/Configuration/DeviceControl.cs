using System.Globalization;
using TrainingLab.Network.Forwarding;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Configuration;

/// <summary>Executes commands on switches and the router. A command either is done wholly or changes nothing.</summary>
internal sealed class DeviceControl(NetworkState state, Forwarder forwarder, DeviceLifecycle lifecycle, PlantNetworkOptions options, Action changed)
{
    public const int MaxRules = 256;
    public const int MaxText = 100;

    public async ValueTask<CommandResult> ExecuteAsync(string device, string line, PlantPeer? who)
    {
        if (DeviceCommandParser.TryParse(line, out var command, out var error))
            return await ExecuteAsync(device, command, who);
        await ReportAsync(who, device, line.Length > DeviceCommandParser.MaxLength ? line[..DeviceCommandParser.MaxLength] : line, "", "", error);
        return new CommandResult("", error);
    }

    public async ValueTask<CommandResult> ExecuteAsync(string device, DeviceCommand command, PlantPeer? who)
    {
        if (command is ShowCommand show)
            return Show(device, show.Subject);
        var before = "";
        var after = "";
        var error = !state.IsUp(device) ? CommandErrors.Restarting(device)
            : state.Switches.TryGetValue(device, out var aSwitch) ? Configure(aSwitch, command, out before, out after)
            : state.Router is { } router && router.Drawn.Id == device ? Configure(router, command, out before, out after)
            : throw new ArgumentException($"There is no switch or router '{device}'.", nameof(device));
        await ReportAsync(who, device, command.ToString(), before, after, error);
        return new CommandResult("", error);
    }

    /// <summary>In which VLAN and on which port a switch has learned which address; from whatever is powered and can be heard.</summary>
    public IReadOnlyList<MacTableEntry> MacTable(string device) =>
    [
        .. state.Nics
            .SelectMany(nic => forwarder.FloodFrom(nic).Entries
                .Where(e => e.Switch == device)
                .Select(e => new MacTableEntry(e.Vlan, nic.Mac, e.Port, nic.Node)))
            .Distinct()
            .OrderBy(e => e.Vlan).ThenBy(e => e.Port).ThenBy(e => e.Mac.Value),
    ];

    private CommandError? Configure(SwitchState device, DeviceCommand command, out string before, out string after)
    {
        before = after = "";
        switch (command)
        {
            case SetPortCommand set:
                return SetPort(device, set, out before, out after);
            case SaveCommand:
                before = DeviceCommandText.Write(device.Saved);
                device.Saved = device.Running;
                after = DeviceCommandText.Write(device.Saved);
                return null;
            case RestartCommand:
                before = DeviceCommandText.Write(device.Running);
                after = DeviceCommandText.Write(device.Saved);
                lifecycle.Restart(device.Drawn.Id);
                return null;
            default:
                return CommandErrors.NoFirewall;
        }
    }

    private CommandError? SetPort(SwitchState device, SetPortCommand set, out string before, out string after)
    {
        before = after = "";
        if (device.Running.Port(set.Port) is not { } port)
            return CommandErrors.NoPort(set.Port, device.Running.Ports.Max(p => p.Number));
        if (set.Description is { } text && !IsText(text))
            return CommandErrors.BadText("description", MaxText);
        var next = port with
        {
            Mode = set.Mode ?? port.Mode,
            AccessVlan = set.AccessVlan ?? port.AccessVlan,
            NativeVlan = set.NativeVlan ?? port.NativeVlan,
            Allowed = set.Allowed ?? port.Allowed,
            Enabled = set.Enabled ?? port.Enabled,
            Description = set.Description ?? port.Description,
        };
        before = DeviceCommandText.Write(port);
        after = DeviceCommandText.Write(next);
        if (next != port)
        {
            device.Running = new SwitchConfiguration(device.Running.Ports.Replace(port, next));
            changed();
        }

        return null;
    }

    private CommandError? Configure(RouterState device, DeviceCommand command, out string before, out string after)
    {
        before = after = DeviceCommandText.Write(device.Running);
        switch (command)
        {
            case SaveCommand:
                before = DeviceCommandText.Write(device.Saved);
                device.Saved = device.Running;
                return null;
            case RestartCommand:
                after = DeviceCommandText.Write(device.Saved);
                lifecycle.Restart(device.Drawn.Id);
                return null;
        }

        if (Change(device.Running.Firewall, command, out var next) is { } error)
        {
            before = after = "";
            return error;
        }

        if (!next.Equals(device.Running.Firewall))
        {
            device.Running = new RouterConfiguration(next);
            after = DeviceCommandText.Write(device.Running);
            changed();
        }

        return null;
    }

    private CommandError? Change(Firewall firewall, DeviceCommand command, out Firewall next)
    {
        next = firewall;
        var rules = firewall.Rules;
        switch (command)
        {
            case AddRuleCommand add:
                if (add.Position is { } at && at > rules.Length + 1)
                    return CommandErrors.PositionOutside(at, rules.Length + 1);
                var rule = add.Rule.Id.Length > 0 ? add.Rule : add.Rule with { Id = FreeId(firewall) };
                next = firewall with { Rules = rules.Insert((add.Position ?? rules.Length + 1) - 1, rule) };
                return Check(next);
            case DeleteRuleCommand delete:
                if (IndexOf(firewall, delete.Id) is not (>= 0 and var deleted))
                    return CommandErrors.NoRule(delete.Id);
                next = firewall with { Rules = rules.RemoveAt(deleted) };
                return null;
            case MoveRuleCommand move:
                if (IndexOf(firewall, move.Id) is not (>= 0 and var moved))
                    return CommandErrors.NoRule(move.Id);
                if (move.Position < 1 || move.Position > rules.Length)
                    return CommandErrors.PositionOutside(move.Position, rules.Length);
                next = firewall with { Rules = rules.RemoveAt(moved).Insert(move.Position - 1, rules[moved]) };
                return null;
            case ClearRulesCommand:
                next = firewall with { Rules = [] };
                return null;
            case SetDefaultCommand set:
                next = firewall with { Default = set.Action };
                return null;
            case SetFirewallCommand set:
                next = new Firewall([], set.Default ?? firewall.Default);
                foreach (var item in set.Rules)
                    next = next with { Rules = next.Rules.Add(item.Id.Length > 0 ? item : item with { Id = FreeId(next, set.Rules) }) };
                if (Check(next) is not { } error)
                    return null;
                next = firewall;
                return error;
            default:
                return CommandErrors.NoPorts;
        }
    }

    private CommandError? Check(Firewall firewall)
    {
        if (firewall.Rules.Length > MaxRules)
            return CommandErrors.TooManyRules(MaxRules);
        var ids = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var rule in firewall.Rules)
        {
            if (!HostNames.IsName(rule.Id))
                return CommandErrors.BadRuleId(rule.Id);
            if (!ids.Add(rule.Id))
                return CommandErrors.DuplicateRule(rule.Id);
            if (rule.Protocol == FirewallProtocol.Any && !rule.Ports.IsAny)
                return CommandErrors.PortsNeedProtocol;
            if (rule.From.HostName is { } from && !state.TryResolve(from, out _))
                return CommandErrors.UnknownHost("from", from);
            if (rule.To.HostName is { } to && !state.TryResolve(to, out _))
                return CommandErrors.UnknownHost("to", to);
            if (!IsText(rule.Comment))
                return CommandErrors.BadText("comment", MaxText);
        }

        return null;
    }

    private CommandResult Show(string device, ShowSubject subject)
    {
        if (state.Switches.TryGetValue(device, out var aSwitch))
        {
            return subject switch
            {
                ShowSubject.Running or ShowSubject.Ports => new CommandResult(DeviceCommandText.Write(aSwitch.Running), null),
                ShowSubject.Saved => new CommandResult(DeviceCommandText.Write(aSwitch.Saved), null),
                ShowSubject.MacTable => new CommandResult(
                    string.Join('\n', MacTable(device).Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Vlan} {e.Mac} {e.Port} {e.Node}"))), null),
                _ => new CommandResult("", CommandErrors.NoFirewall),
            };
        }

        if (state.Router is not { } router || router.Drawn.Id != device)
            throw new ArgumentException($"There is no switch or router '{device}'.", nameof(device));
        return subject switch
        {
            ShowSubject.Running or ShowSubject.Rules => new CommandResult(DeviceCommandText.Write(router.Running), null),
            ShowSubject.Saved => new CommandResult(DeviceCommandText.Write(router.Saved), null),
            _ => new CommandResult("", CommandErrors.NoPorts),
        };
    }

    private ValueTask ReportAsync(PlantPeer? who, string device, string command, string before, string after, CommandError? error)
    {
        var outcome = error is not null ? ConfigurationOutcome.Rejected
            : string.Equals(before, after, StringComparison.Ordinal) ? ConfigurationOutcome.Unchanged
            : ConfigurationOutcome.Applied;
        return options.Observer?.ConfigurationChangedAsync(new ConfigurationChange(who, device, command, before, after, outcome, error?.Message))
            ?? ValueTask.CompletedTask;
    }

    private static bool IsText(string text) => text.Length <= MaxText && !text.Any(c => char.IsControl(c) || c == '"');

    private static int IndexOf(Firewall firewall, string id)
    {
        for (var i = 0; i < firewall.Rules.Length; i++)
        {
            if (firewall.Rules[i].Id.Equals(id, StringComparison.OrdinalIgnoreCase))
                return i;
        }

        return -1;
    }

    private static string FreeId(Firewall firewall, IEnumerable<FirewallRule>? alsoTaken = null)
    {
        var taken = firewall.Rules.Concat(alsoTaken ?? []).Select(r => r.Id).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var number = 1;
        while (taken.Contains($"r{number}"))
            number++;
        return $"r{number}";
    }
}

/// <summary>One line of a switch's address table. <paramref name="Port"/> 0 is the switch itself.</summary>
public sealed record MacTableEntry(ushort Vlan, MacAddress Mac, int Port, string Node);
