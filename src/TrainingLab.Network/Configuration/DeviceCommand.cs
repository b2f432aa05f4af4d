using System.Collections.Immutable;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Configuration;

/// <summary>One thing that a switch or a router can be told. Its text is the line-command form, which <see cref="DeviceCommandParser"/> reads back.</summary>
public abstract record DeviceCommand
{
    private protected DeviceCommand()
    {
    }

    public sealed override string ToString() => DeviceCommandText.Write(this);
}

/// <summary><c>port 3 access vlan 110</c>, <c>port 8 trunk native 999 allowed 110,130</c>, <c>port 3 disable</c>, <c>port 3 description "filler"</c>: null keeps what is.</summary>
public sealed record SetPortCommand(
    int Port,
    PortMode? Mode = null,
    ushort? AccessVlan = null,
    ushort? NativeVlan = null,
    VlanSet? Allowed = null,
    bool? Enabled = null,
    string? Description = null) : DeviceCommand;

/// <summary><c>rule add [id ID] [at N] allow|reject|drop from A to B [tcp|udp [port P]] [comment "…"]</c>; at N counts from 1, the end without it.</summary>
/// <param name="Rule">An empty id lets the device choose one.</param>
public sealed record AddRuleCommand(FirewallRule Rule, int? Position = null) : DeviceCommand;

/// <summary><c>rule delete ID</c>.</summary>
public sealed record DeleteRuleCommand(string Id) : DeviceCommand;

/// <summary><c>rule move ID to N</c>; N counts from 1.</summary>
public sealed record MoveRuleCommand(string Id, int Position) : DeviceCommand;

/// <summary><c>rule clear</c>.</summary>
public sealed record ClearRulesCommand : DeviceCommand;

/// <summary><c>default allow|reject|drop</c>.</summary>
public sealed record SetDefaultCommand(FirewallAction Action) : DeviceCommand;

/// <summary>Replaces the whole firewall; has no line form of its own (its text is <c>rule clear</c> and the additions, joined by "; ").</summary>
public sealed record SetFirewallCommand(ImmutableArray<FirewallRule> Rules, FirewallAction? Default) : DeviceCommand;

/// <summary><c>save</c>: the running configuration becomes the saved one.</summary>
public sealed record SaveCommand : DeviceCommand;

/// <summary><c>restart</c>: the device is gone for its boot duration and comes back with the saved configuration.</summary>
public sealed record RestartCommand : DeviceCommand;

public enum ShowSubject
{
    Running,
    Saved,
    Ports,
    MacTable,
    Rules,
}

/// <summary><c>show running|saved|ports|mac-table|rules</c>.</summary>
public sealed record ShowCommand(ShowSubject Subject) : DeviceCommand;

/// <summary>What a device answered to a command.</summary>
/// <param name="Text">What <c>show</c> shows; empty otherwise.</param>
/// <param name="Error">Null when it was done.</param>
public sealed record CommandResult(string Text, CommandError? Error)
{
    public bool Done => Error is null;
}

/// <summary>Why a command was not done: nothing changed.</summary>
/// <param name="Field">The part at fault, for example <c>vlan</c> or <c>from</c>.</param>
/// <param name="Message">What is wrong and what would be right, in English.</param>
/// <param name="MessageZh">The same in Chinese.</param>
public sealed record CommandError(string Field, string Message, string MessageZh)
{
    public string Describe(string language) => (language ?? "").StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? MessageZh : Message;
}
