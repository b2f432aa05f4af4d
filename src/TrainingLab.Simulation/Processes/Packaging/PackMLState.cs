namespace TrainingLab.Simulation.Processes.Packaging;

/// <summary>The states of a PackML unit, with the numbers of ISA-TR88.00.02.</summary>
public enum PackMLState
{
    /// <summary>Before the first state.</summary>
    Undefined = 0,

    /// <summary>Removing what an abort left.</summary>
    Clearing = 1,

    /// <summary>Powered and standing.</summary>
    Stopped = 2,

    /// <summary>Running up.</summary>
    Starting = 3,

    /// <summary>Reset and ready.</summary>
    Idle = 4,

    /// <summary>Standing because of what is before or behind it.</summary>
    Suspended = 5,

    /// <summary>Producing.</summary>
    Execute = 6,

    /// <summary>Coming to a controlled stop.</summary>
    Stopping = 7,

    /// <summary>Coming to a fast stop.</summary>
    Aborting = 8,

    /// <summary>Stopped fast, for safety.</summary>
    Aborted = 9,

    /// <summary>Coming to a halt for an internal cause.</summary>
    Holding = 10,

    /// <summary>Standing for an internal cause.</summary>
    Held = 11,

    /// <summary>Running up again after a hold.</summary>
    Unholding = 12,

    /// <summary>Coming to a halt for an external cause.</summary>
    Suspending = 13,

    /// <summary>Running up again after a suspension.</summary>
    Unsuspending = 14,

    /// <summary>Getting ready after a stop or completion.</summary>
    Resetting = 15,

    /// <summary>Ending the order.</summary>
    Completing = 16,

    /// <summary>The order is done.</summary>
    Complete = 17,
}

/// <summary>Control commands, with the numbers of the PackTag CntrlCmd.</summary>
public enum PackMLCommand
{
    /// <summary>No command.</summary>
    None = 0,

    /// <summary>From Stopped or Complete to Idle.</summary>
    Reset = 1,

    /// <summary>From Idle to Execute.</summary>
    Start = 2,

    /// <summary>To Stopped.</summary>
    Stop = 3,

    /// <summary>From Execute to Held.</summary>
    Hold = 4,

    /// <summary>From Held to Execute.</summary>
    Unhold = 5,

    /// <summary>From Execute to Suspended.</summary>
    Suspend = 6,

    /// <summary>From Suspended to Execute.</summary>
    Unsuspend = 7,

    /// <summary>To Aborted, from anywhere.</summary>
    Abort = 8,

    /// <summary>From Aborted to Stopped.</summary>
    Clear = 9,

    /// <summary>From Execute to Complete.</summary>
    Complete = 10,
}

/// <summary>Which state follows which (ISA-TR88.00.02, base state model).</summary>
public static class PackMLTransitions
{
    /// <summary>The state that a command leads to, or null when the state does not take it.</summary>
    public static PackMLState? After(PackMLState state, PackMLCommand command) => (state, command) switch
    {
        (PackMLState.Aborting or PackMLState.Aborted, PackMLCommand.Abort) => null,
        (_, PackMLCommand.Abort) => PackMLState.Aborting,
        (PackMLState.Aborted, PackMLCommand.Clear) => PackMLState.Clearing,
        (PackMLState.Stopped or PackMLState.Complete, PackMLCommand.Reset) => PackMLState.Resetting,
        (PackMLState.Idle, PackMLCommand.Start) => PackMLState.Starting,
        (PackMLState.Execute, PackMLCommand.Hold) => PackMLState.Holding,
        (PackMLState.Execute, PackMLCommand.Suspend) => PackMLState.Suspending,
        (PackMLState.Execute, PackMLCommand.Complete) => PackMLState.Completing,
        (PackMLState.Held, PackMLCommand.Unhold) => PackMLState.Unholding,
        (PackMLState.Suspended, PackMLCommand.Unsuspend) => PackMLState.Unsuspending,
        (PackMLState.Undefined or PackMLState.Stopped or PackMLState.Stopping or PackMLState.Clearing or PackMLState.Aborting or PackMLState.Aborted,
            PackMLCommand.Stop) => null,
        (_, PackMLCommand.Stop) => PackMLState.Stopping,
        _ => null,
    };

    /// <summary>The state that follows an acting state when it has done its work, or null for a waiting state.</summary>
    public static PackMLState? WhenDone(PackMLState state) => state switch
    {
        PackMLState.Clearing => PackMLState.Stopped,
        PackMLState.Resetting => PackMLState.Idle,
        PackMLState.Starting => PackMLState.Execute,
        PackMLState.Stopping => PackMLState.Stopped,
        PackMLState.Aborting => PackMLState.Aborted,
        PackMLState.Holding => PackMLState.Held,
        PackMLState.Unholding => PackMLState.Execute,
        PackMLState.Suspending => PackMLState.Suspended,
        PackMLState.Unsuspending => PackMLState.Execute,
        PackMLState.Completing => PackMLState.Complete,
        _ => null,
    };
}
