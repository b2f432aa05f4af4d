using System.IO.Pipelines;
using TrainingLab.Simulation.Time;

namespace TrainingLab.Tests.Simulation.Time;

public class SerialScheduler_Tests
{
    private readonly List<Exception> unhandled = [];
    private readonly List<string> log = [];
    private readonly SerialScheduler scheduler;

    public SerialScheduler_Tests() => scheduler = new SerialScheduler(unhandled.Add, usePool: false);

    [Fact]
    public void Items_run_in_the_order_in_which_they_were_posted()
    {
        for (var i = 0; i < 1000; i++)
        {
            var number = i;
            scheduler.Post(_ => log.Add($"{number}"), null);
        }

        Assert.False(scheduler.IsQuiet);
        scheduler.Drain();

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"{i}"), log);
        Assert.True(scheduler.IsQuiet);
    }

    [Fact]
    public void Outside_items_enter_only_when_the_inside_is_used_up()
    {
        scheduler.Begin(async () =>
        {
            log.Add("first");
            await Task.Yield();
            log.Add("first, later");
            await Task.Yield();
            log.Add("first, last");
        });
        scheduler.Post(_ => log.Add("second"), null);

        scheduler.Drain();

        Assert.Equal(["first", "first, later", "first, last", "second"], log);
    }

    [Fact]
    public void Continuations_come_back_to_the_scheduler_whoever_completes_the_task()
    {
        var source = new TaskCompletionSource();
        scheduler.Begin(async () =>
        {
            await source.Task;
            log.Add(scheduler.CheckAccess() && SynchronizationContext.Current == scheduler ? "here" : "elsewhere");
        });
        scheduler.Drain();

        source.SetResult();
        Assert.Empty(log);
        scheduler.Drain();

        Assert.Equal(["here"], log);
    }

    [Fact]
    public async Task A_pool_thread_runs_items_one_at_a_time_however_many_threads_post()
    {
        var pooled = new SerialScheduler(unhandled.Add);
        var inside = 0;
        var most = 0;
        var sum = 0;
        var posters = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 2000; i++)
            {
                await pooled.InvokeAsync(() =>
                {
                    most = Math.Max(most, ++inside);
                    sum++;
                    inside--;
                });
            }
        }));

        await Task.WhenAll(posters);

        Assert.Equal(1, most);
        Assert.Equal(8000, sum);
        pooled.Drain();
        Assert.True(pooled.IsQuiet);
        Assert.Empty(unhandled);
    }

    [Fact]
    public void In_place_an_idle_factory_runs_on_the_thread_that_posts()
    {
        var pooled = new SerialScheduler(unhandled.Add);
        var threads = new List<int>();
        pooled.PostInPlace(
            _ =>
            {
                threads.Add(Environment.CurrentManagedThreadId);
                Assert.Same(pooled, SynchronizationContext.Current);
                pooled.Post(_ => threads.Add(Environment.CurrentManagedThreadId), null);
            },
            null);

        Assert.Equal([Environment.CurrentManagedThreadId, Environment.CurrentManagedThreadId], threads);
        Assert.False(pooled.CheckAccess());
        Assert.NotSame(pooled, SynchronizationContext.Current);
        Assert.True(pooled.IsQuiet);
        Assert.Empty(unhandled);
    }

    [Fact]
    public void In_place_is_no_way_past_those_who_came_before()
    {
        var pooled = new SerialScheduler(unhandled.Add);
        using var entered = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        pooled.Post(
            _ =>
            {
                entered.Set();
                go.Wait(TestContext.Current.CancellationToken);
                log.Add("first");
                pooled.PostInPlace(_ => log.Add("first, later"), null);
                log.Add("first, last");
            },
            null);
        entered.Wait(TestContext.Current.CancellationToken);

        pooled.PostInPlace(_ => log.Add("second"), null);
        Assert.Empty(log);
        go.Set();
        pooled.Drain();

        Assert.Equal(["first", "first, last", "first, later", "second"], log);
        Assert.Empty(unhandled);
    }

    [Fact]
    public void In_place_nothing_runs_on_the_turn_of_another_factory()
    {
        var one = new SerialScheduler(unhandled.Add);
        one.PostInPlace(
            _ =>
            {
                scheduler.PostInPlace(_ => log.Add("other"), null);
                Assert.Empty(log);
            },
            null);
        scheduler.Drain();

        Assert.Equal(["other"], log);
        Assert.Empty(unhandled);
    }

    [Fact]
    public void After_closing_nothing_runs_in_place()
    {
        var pooled = new SerialScheduler(unhandled.Add);
        pooled.Close();
        pooled.PostInPlace(_ => log.Add("late"), null);
        Assert.Empty(log);
    }

    [Fact]
    public void An_exception_is_told_and_the_next_item_runs()
    {
        scheduler.Post(_ => throw new FormatException("one"), null);
        scheduler.Begin(async () =>
        {
            await Task.Yield();
            throw new FormatException("two");
        });
        scheduler.Post(_ => log.Add("still here"), null);

        scheduler.Drain();

        Assert.Equal(["one", "two"], unhandled.Select(exception => exception.Message));
        Assert.Equal(["still here"], log);
    }

    [Fact]
    public void InvokeAsync_runs_inline_when_already_here()
    {
        scheduler.Post(
            _ =>
            {
                var task = scheduler.InvokeAsync(() => 42);
                log.Add($"{task.IsCompletedSuccessfully} {task.Result}");
            },
            null);

        scheduler.Drain();

        Assert.Equal(["True 42"], log);
    }

    [Fact]
    public async Task InvokeAsync_from_outside_gives_results_and_exceptions()
    {
        var value = scheduler.InvokeAsync(() => 1);
        var later = scheduler.InvokeAsync(async ValueTask<int> () =>
        {
            await Task.Yield();
            return 2;
        });
        var task = scheduler.InvokeAsync(async () =>
        {
            await Task.Yield();
            return 3;
        });
        var failing = scheduler.InvokeAsync(() => throw new FormatException("bad"));
        var cancelled = scheduler.InvokeAsync(() => throw new OperationCanceledException());

        scheduler.Drain();

        Assert.Equal(new[] { 1, 2, 3 }, await Task.WhenAll(value, later, task));
        Assert.Equal("bad", (await Assert.ThrowsAsync<FormatException>(() => failing)).Message);
        await Assert.ThrowsAsync<TaskCanceledException>(() => cancelled);
        Assert.Empty(unhandled);
    }

    [Fact]
    public async Task Who_waits_outside_does_not_continue_on_the_factorys_turn()
    {
        var pooled = new SerialScheduler(unhandled.Add);
        await pooled.InvokeAsync(() => 1);
        Assert.False(pooled.CheckAccess());
    }

    [Fact]
    public async Task Closing_tells_those_who_wait_and_drops_what_comes_later()
    {
        var waiting = scheduler.InvokeAsync(() => log.Add("never"));
        scheduler.Close();
        var late = scheduler.InvokeAsync(() => log.Add("never"));
        scheduler.Post(_ => log.Add("never"), null);
        scheduler.Drain();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => late);
        Assert.Empty(log);
    }

    [Fact]
    public async Task Closing_tells_those_whose_work_is_under_way()
    {
        var under = scheduler.InvokeAsync(() => new TaskCompletionSource<int>().Task);
        scheduler.Drain();
        Assert.False(under.IsCompleted);
        scheduler.Close();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => under);
    }

    [Fact]
    public void Code_that_gives_up_its_context_escapes_to_the_pool_and_comes_back_as_an_outsider()
    {
        // Not wanted, but so it is: see the remarks on SerialScheduler. If .NET ever changes this, they can go.
        var source = new TaskCompletionSource();
        var escaped = new ManualResetEventSlim();
        scheduler.Begin(async () =>
        {
            await LibraryAsync();
            log.Add($"back {scheduler.CheckAccess()}");
        });
        scheduler.Post(_ => source.SetResult(), null);
        scheduler.Drain();
        Assert.True(escaped.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        while (log.Count < 2)
            scheduler.Drain();

        Assert.Equal(["library False", "back True"], log);

        async Task LibraryAsync()
        {
            await source.Task.ConfigureAwait(false);
            log.Add($"library {scheduler.CheckAccess()}");
            escaped.Set();
        }
    }

    [Fact]
    public void Send_from_elsewhere_is_refused() => Assert.Throws<NotSupportedException>(() => scheduler.Send(_ => { }, null));

    [Fact]
    public void Drain_from_inside_is_refused()
    {
        scheduler.Post(_ => scheduler.Drain(), null);
        scheduler.Drain();
        Assert.IsType<InvalidOperationException>(Assert.Single(unhandled));
    }

    [Fact]
    public void Pipe_readers_and_writers_continue_here()
    {
        var options = new PipeOptions(readerScheduler: scheduler.PipeScheduler, writerScheduler: scheduler.PipeScheduler, useSynchronizationContext: true);
        var pipe = new Pipe(options);
        scheduler.Begin(async () =>
        {
            var result = await pipe.Reader.ReadAsync(TestContext.Current.CancellationToken);
            log.Add($"read {result.Buffer.Length} {scheduler.CheckAccess()}");
            pipe.Reader.AdvanceTo(result.Buffer.End);
        });
        scheduler.Begin(async () =>
        {
            await pipe.Writer.WriteAsync(new byte[5], TestContext.Current.CancellationToken);
            log.Add($"written {scheduler.CheckAccess()}");
        });

        scheduler.Drain();

        Assert.Contains("read 5 True", log);
        Assert.Contains("written True", log);
    }
}
