using TrainingLab.Simulation.Processes.Packaging;

namespace TrainingLab.Tests.Simulation.Processes;

public class PackML_Tests
{
    // ISA-TR88.00.02 base state model: the state that takes the command, the acting state it enters, the waiting state it ends in.
    [Theory]
    [InlineData(PackMLState.Stopped, PackMLCommand.Reset, PackMLState.Resetting, PackMLState.Idle)]
    [InlineData(PackMLState.Idle, PackMLCommand.Start, PackMLState.Starting, PackMLState.Execute)]
    [InlineData(PackMLState.Execute, PackMLCommand.Hold, PackMLState.Holding, PackMLState.Held)]
    [InlineData(PackMLState.Held, PackMLCommand.Unhold, PackMLState.Unholding, PackMLState.Execute)]
    [InlineData(PackMLState.Execute, PackMLCommand.Suspend, PackMLState.Suspending, PackMLState.Suspended)]
    [InlineData(PackMLState.Suspended, PackMLCommand.Unsuspend, PackMLState.Unsuspending, PackMLState.Execute)]
    [InlineData(PackMLState.Execute, PackMLCommand.Complete, PackMLState.Completing, PackMLState.Complete)]
    [InlineData(PackMLState.Complete, PackMLCommand.Reset, PackMLState.Resetting, PackMLState.Idle)]
    [InlineData(PackMLState.Execute, PackMLCommand.Stop, PackMLState.Stopping, PackMLState.Stopped)]
    [InlineData(PackMLState.Held, PackMLCommand.Stop, PackMLState.Stopping, PackMLState.Stopped)]
    [InlineData(PackMLState.Suspended, PackMLCommand.Stop, PackMLState.Stopping, PackMLState.Stopped)]
    [InlineData(PackMLState.Idle, PackMLCommand.Stop, PackMLState.Stopping, PackMLState.Stopped)]
    [InlineData(PackMLState.Complete, PackMLCommand.Stop, PackMLState.Stopping, PackMLState.Stopped)]
    [InlineData(PackMLState.Starting, PackMLCommand.Stop, PackMLState.Stopping, PackMLState.Stopped)]
    [InlineData(PackMLState.Execute, PackMLCommand.Abort, PackMLState.Aborting, PackMLState.Aborted)]
    [InlineData(PackMLState.Stopped, PackMLCommand.Abort, PackMLState.Aborting, PackMLState.Aborted)]
    [InlineData(PackMLState.Clearing, PackMLCommand.Abort, PackMLState.Aborting, PackMLState.Aborted)]
    [InlineData(PackMLState.Aborted, PackMLCommand.Clear, PackMLState.Clearing, PackMLState.Stopped)]
    public void A_command_leads_through_an_acting_state_to_a_waiting_state(
        PackMLState from, PackMLCommand command, PackMLState acting, PackMLState waiting)
    {
        var unit = new PackMLUnit(from);
        Assert.True(unit.TryCommand(command));
        Assert.Equal(acting, unit.State);
        for (var i = 0; i < 100 && unit.State == acting; i++)
            unit.Step(TimeSpan.FromMilliseconds(100));
        Assert.Equal(waiting, unit.State);
        Assert.Equal(TimeSpan.Zero, unit.TimeInState);
    }

    [Fact]
    public void Every_other_pair_is_refused_and_changes_nothing()
    {
        var accepted = 0;
        foreach (var state in Enum.GetValues<PackMLState>())
        {
            foreach (var command in Enum.GetValues<PackMLCommand>())
            {
                var unit = new PackMLUnit(state);
                if (unit.TryCommand(command))
                    accepted++;
                else
                    Assert.Equal(state, unit.State);
            }
        }
        // Abort from 16 of 18 states, Stop from 12, Reset from 2, and Start, Hold, Unhold, Suspend, Unsuspend, Complete, Clear from 1 each.
        Assert.Equal(16 + 12 + 2 + 7, accepted);
    }

    [Fact]
    public void Numbers_are_those_of_the_standard()
    {
        Assert.Equal(
            ["Undefined", "Clearing", "Stopped", "Starting", "Idle", "Suspended", "Execute", "Stopping", "Aborting", "Aborted", "Holding", "Held", "Unholding", "Suspending", "Unsuspending", "Resetting", "Completing", "Complete"],
            Enumerable.Range(0, 18).Select(number => ((PackMLState)number).ToString()));
        Assert.Equal(
            ["None", "Reset", "Start", "Stop", "Hold", "Unhold", "Suspend", "Unsuspend", "Abort", "Clear", "Complete"],
            Enumerable.Range(0, 11).Select(number => ((PackMLCommand)number).ToString()));
    }

    [Fact]
    public void It_goes_on_from_a_saved_state()
    {
        var unit = new PackMLUnit(PackMLState.Idle);
        unit.TryCommand(PackMLCommand.Start);
        unit.Step(TimeSpan.FromSeconds(2));
        var loaded = new PackMLUnit(PackMLState.Stopped);
        loaded.Load(unit.Save());
        loaded.Step(TimeSpan.FromSeconds(1));
        Assert.Equal(PackMLState.Execute, loaded.State);
    }
}
