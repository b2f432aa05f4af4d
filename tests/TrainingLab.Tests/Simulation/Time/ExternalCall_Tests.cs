using TrainingLab.Simulation.Time;

namespace TrainingLab.Tests.Simulation.Time;

public class ExternalCall_Tests
{
    private readonly List<Exception> unhandled = [];
    private readonly List<string> log = [];
    private readonly SerialScheduler scheduler;
    private readonly PlantClock clock;

    public ExternalCall_Tests()
    {
        scheduler = new SerialScheduler(unhandled.Add, usePool: false);
        clock = new PlantClock(scheduler, DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public void While_a_call_is_open_only_its_own_items_run_and_then_the_caller_goes_first()
    {
        scheduler.Post(
            _ =>
            {
                scheduler.Begin(async () =>
                {
                    log.Add("calls");
                    await scheduler.SuspendWhileAsync(call => Server(call));
                    log.Add("goes on");
                    await Task.Yield();
                    log.Add("goes on later");
                });
                scheduler.Post(_ => log.Add("neighbour"), null);
            },
            null);
        scheduler.Post(_ => log.Add("outsider"), null);

        scheduler.Drain();

        Assert.Equal(["calls", "served", "served later", "goes on", "neighbour", "goes on later", "outsider"], log);
        Assert.Empty(unhandled);
    }

    [Fact]
    public void Plant_time_stands_still_while_a_call_is_open()
    {
        clock.CreateTimer(_ => log.Add($"timer {clock.Elapsed.TotalSeconds}"), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        scheduler.Begin(async () =>
        {
            await scheduler.SuspendWhileAsync(async call =>
            {
                await Server(call);
                log.Add($"still {clock.Elapsed.TotalSeconds}");
            });
        });

        clock.AdvanceTo(TimeSpan.FromSeconds(5));

        Assert.Equal(["served", "served later", "still 0", "timer 1"], log);
    }

    [Fact]
    public void Continuations_inside_the_call_come_back_to_the_call()
    {
        scheduler.Begin(async () => await scheduler.SuspendWhileAsync(async call =>
        {
            log.Add($"{SynchronizationContext.Current == call} {call.CheckAccess()}");
            await Task.Run(() => { }, TestContext.Current.CancellationToken);
            log.Add($"{SynchronizationContext.Current == call} {call.CheckAccess()} {scheduler.CheckAccess()}");
        }));

        scheduler.Drain();

        Assert.Equal(["True True", "True True True"], log);
    }

    [Fact]
    public void Calls_started_together_are_made_one_after_the_other()
    {
        scheduler.Begin(async () =>
        {
            var first = Call("first").AsTask();
            var second = Call("second").AsTask();
            await Task.WhenAll(first, second);
        });

        scheduler.Drain();

        Assert.Equal(["first begins", "first ends", "second begins", "second ends"], log);

        ValueTask Call(string name) => scheduler.SuspendWhileAsync(async call =>
        {
            log.Add($"{name} begins");
            await Task.Run(() => { });
            log.Add($"{name} ends");
        });
    }

    [Fact]
    public void A_failing_call_throws_at_its_caller_and_the_factory_goes_on()
    {
        scheduler.Begin(async () =>
        {
            try
            {
                await scheduler.SuspendWhileAsync(async _ =>
                {
                    await Task.Run(() => { });
                    throw new FormatException("bad answer");
                });
            }
            catch (FormatException exception)
            {
                log.Add(exception.Message);
            }
        });
        scheduler.Post(_ => log.Add("next"), null);

        scheduler.Drain();

        Assert.Equal(["bad answer", "next"], log);
        Assert.True(scheduler.IsQuiet);
    }

    [Fact]
    public void A_result_is_given_back()
    {
        scheduler.Begin(async () => log.Add($"{await scheduler.SuspendWhileAsync(async call => await call.InvokeAsync(() => 42))}"));
        scheduler.Drain();
        Assert.Equal(["42"], log);
    }

    [Fact]
    public async Task After_its_end_a_call_passes_work_on_like_an_outsider()
    {
        ExternalCall? kept = null;
        scheduler.Begin(async () => await scheduler.SuspendWhileAsync(call =>
        {
            kept = call;
            return Task.CompletedTask;
        }));
        scheduler.Drain();

        Assert.True(kept!.IsOver);
        var late = kept.InvokeAsync(() => scheduler.CheckAccess());
        scheduler.Drain();
        Assert.True(await late);
    }

    [Fact]
    public async Task It_works_on_pool_threads_too()
    {
        var pooled = new SerialScheduler(unhandled.Add);
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => pooled.InvokeAsync(async () =>
        {
            var answer = await pooled.SuspendWhileAsync(call => Task.Run(() => call.InvokeAsync(() => i)));
            return pooled.CheckAccess() ? answer : -1;
        })));

        Assert.Equal(Enumerable.Range(0, 50), answers);
    }

    [Fact]
    public async Task From_outside_it_is_refused() =>
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await scheduler.SuspendWhileAsync(_ => Task.CompletedTask));

    /// <summary>A server on threads of its own that comes back into the factory to answer.</summary>
    private Task Server(ExternalCall call) => Task.Run(() => call.InvokeAsync(async () =>
    {
        log.Add("served");
        await Task.Yield();
        log.Add("served later");
    }));
}
