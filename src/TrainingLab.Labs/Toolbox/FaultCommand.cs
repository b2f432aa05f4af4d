using System.Text.Json.Nodes;
using TrainingLab.Labs.Attempts.Contracts;
using LocalizedText = TrainingLab.Factory.Definitions.LocalizedText;

namespace TrainingLab.Labs.Toolbox;

/// <summary><c>fault [DEVICE ID on|off|scheduled]</c>: what an instructor, or the initial state of a lab, lets go wrong with a machine or the broker.</summary>
internal sealed class FaultCommand : IToolboxCommand
{
    private static readonly LocalizedText NoDevice = new("there is no machine {0}", "没有设备 {0}");
    private static readonly LocalizedText NoFault = new("{0} has no fault {1}; it has: {2}", "{0} 没有故障 {1}；可用：{2}");
    private static readonly LocalizedText Acts = new("acts", "生效");
    private static readonly LocalizedText Rests = new("does not act", "未生效");

    public string Name => "fault";

    public LocalizedText Summary { get; } = new("lists and switches the faults of machines and of the broker (instructors only)", "查看和切换设备和消息服务器的故障（仅限教师）");

    public IReadOnlyList<string> Usage { get; } =
    [
        "fault [DEVICE]",
        "fault DEVICE FAULT on|off|scheduled    (scheduled: as the scenario has it)",
    ];

    public bool IsForInstructors => true;

    public async Task<CommandResult> RunAsync(ToolboxContext context, ToolboxArguments arguments, CancellationToken cancellationToken)
    {
        if (arguments.Positional is [] or [_])
            return List(context, arguments.Positional.FirstOrDefault());
        if (arguments.Positional is not [var name, var fault, "on" or "off" or "scheduled"])
            return ToolboxOutput.Misused(this, "fault needs a machine, a fault, and on, off or scheduled");
        if (context.Factory.FindFaulty(name) is not { } device)
            return ToolboxOutput.Failed(string.Format(null, NoDevice.In(context.Language), name));
        if (device.IsFaultActing(fault) is null)
            return ToolboxOutput.Failed(string.Format(null, NoFault.In(context.Language), name, fault, string.Join(", ", device.Faults.Select(f => f.Id))));
        bool? on = arguments.Positional[2] switch { "on" => true, "off" => false, _ => null };
        if (context.Attempt is { } attempt)
            await attempt.SwitchFaultAsync(name, fault, on, cancellationToken);
        else
            await context.Factory.ApplyAsync(device.SwitchFault(fault, on));
        return List(context, name, fault);
    }

    public IEnumerable<string> Complete(ToolboxContext context, IReadOnlyList<string> words) => words switch
    {
        [] => context.Factory.Faulty.Select(d => d.Id),
        [var name] => context.Factory.FindFaulty(name)?.Faults.Select(f => f.Id) ?? [],
        [_, _] => ["on", "off", "scheduled"],
        _ => [],
    };

    private static CommandResult List(ToolboxContext context, string? name, string? only = null)
    {
        if (name is not null && context.Factory.FindFaulty(name) is null)
            return ToolboxOutput.Failed(string.Format(null, NoDevice.In(context.Language), name));
        var output = new ToolboxOutput();
        var found = new JsonArray();
        foreach (var device in context.Factory.Faulty.Where(d => name is null || d.Id == name))
        {
            foreach (var fault in device.Faults.Where(f => only is null || f.Id == only))
            {
                var acts = device.IsFaultActing(fault.Id) == true;
                output.Line($"{device.Id,-12} {fault.Id,-24} {fault.Kind,-20} {(acts ? Acts : Rests).In(context.Language)}");
                found.Add(new JsonObject { ["device"] = device.Id, ["fault"] = fault.Id, ["kind"] = fault.Kind, ["acts"] = acts });
            }
        }

        return output.Done(found);
    }
}
