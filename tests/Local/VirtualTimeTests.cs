using ServerlessGdpr.Local.Hosting;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local;

public sealed class VirtualTimeTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 10, 0, 0, TimeSpan.Zero);
    private readonly InFlight inFlight = new();
    private readonly VirtualTime time;

    public VirtualTimeTests() => time = new VirtualTime(Start, inFlight);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_delay_ends_at_its_instant_and_not_before()
    {
        var delay = Task.Delay(TimeSpan.FromHours(1), time, Cancellation);

        await time.AdvanceAsync(TimeSpan.FromMinutes(59), Cancellation);
        delay.IsCompleted.ShouldBeFalse();

        await time.AdvanceAsync(TimeSpan.FromMinutes(1), Cancellation);
        await delay;
        time.GetUtcNow().ShouldBe(Start.AddHours(1));
    }

    [Fact]
    public async Task Timers_fire_in_order_and_see_their_own_instant()
    {
        List<DateTimeOffset> seen = [];
        await using var late = time.CreateTimer(_ => seen.Add(time.GetUtcNow()), null, TimeSpan.FromHours(2), Timeout.InfiniteTimeSpan);
        await using var early = time.CreateTimer(_ => seen.Add(time.GetUtcNow()), null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);

        await time.AdvanceAsync(TimeSpan.FromDays(30), Cancellation);

        seen.ShouldBe([Start.AddHours(1), Start.AddHours(2)]);
    }

    [Fact]
    public async Task A_timer_set_by_a_timer_fires_in_the_same_advance()
    {
        var hours = 0;
        var loop = CountHoursAsync();

        await time.AdvanceAsync(TimeSpan.FromHours(24), Cancellation);

        hours.ShouldBe(24);
        loop.IsCompleted.ShouldBeFalse();

        async Task CountHoursAsync()
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromHours(1), time, Cancellation);
                hours++;
            }
        }
    }

    [Fact]
    public async Task A_period_repeats_until_the_timer_is_disposed()
    {
        var fired = 0;
        var timer = time.CreateTimer(_ => fired++, null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10));

        await time.AdvanceAsync(TimeSpan.FromMinutes(31), Cancellation);
        fired.ShouldBe(4);

        await timer.DisposeAsync();
        await time.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);
        fired.ShouldBe(4);
        timer.Change(TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan).ShouldBeFalse();
    }

    [Fact]
    public async Task A_timer_that_is_due_at_once_does_not_need_the_clock_to_move()
    {
        var fired = new TaskCompletionSource();
        await using var timer = time.CreateTimer(_ => fired.SetResult(), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);

        await fired.Task.WaitAsync(Cancellation);

        time.GetUtcNow().ShouldBe(Start);
    }

    [Fact]
    public async Task A_changed_timer_forgets_its_former_instant()
    {
        List<DateTimeOffset> seen = [];
        await using var timer = time.CreateTimer(_ => seen.Add(time.GetUtcNow()), null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
        timer.Change(TimeSpan.FromHours(3), Timeout.InfiniteTimeSpan);

        await time.AdvanceAsync(TimeSpan.FromHours(5), Cancellation);

        seen.ShouldBe([Start.AddHours(3)]);
    }

    [Fact]
    public async Task The_clock_waits_for_work_in_flight()
    {
        var work = inFlight.Begin();
        var advance = time.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);
        var rest = inFlight.RestAsync(Cancellation);

        rest.IsCompleted.ShouldBeFalse();
        time.GetUtcNow().ShouldBe(Start);

        work.Dispose();
        await advance;
        time.GetUtcNow().ShouldBe(Start.AddHours(1));
    }

    [Fact]
    public async Task Work_that_waits_for_a_timer_lets_the_clock_move_and_is_work_again_afterwards()
    {
        var woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var finish = new TaskCompletionSource();
        var work = inFlight.Begin();
        var running = RunAsync();

        var advance = time.AdvanceAsync(TimeSpan.FromHours(2), Cancellation);
        await woken.Task;
        finish.SetResult();
        await running;
        await advance;

        time.GetUtcNow().ShouldBe(Start.AddHours(2));

        async Task RunAsync()
        {
            await work.WaitAsync(() => Task.Delay(TimeSpan.FromHours(1), time, Cancellation));
            woken.SetResult();
            await finish.Task;
            time.GetUtcNow().ShouldBe(Start.AddHours(1));
            work.Dispose();
        }
    }

    [Fact]
    public async Task Advancing_until_a_condition_stops_at_the_timer_that_makes_it_true()
    {
        var due = false;
        await using var first = time.CreateTimer(_ => due = true, null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
        await using var second = time.CreateTimer(_ => { }, null, TimeSpan.FromHours(2), Timeout.InfiniteTimeSpan);

        await time.AdvanceUntilAsync(() => Task.FromResult(due), TimeSpan.FromDays(1), Cancellation);

        time.GetUtcNow().ShouldBe(Start.AddHours(1));
    }

    [Fact]
    public async Task Advancing_until_a_condition_fails_when_nothing_is_left_to_happen()
    {
        var failure = await Should.ThrowAsync<TimeoutException>(() => time.AdvanceUntilAsync(() => Task.FromResult(false), TimeSpan.FromDays(1), Cancellation));

        failure.Message.ShouldContain("did not hold");
    }

    [Fact]
    public async Task A_wait_of_years_is_possible()
    {
        var waiting = time.DelayUntilAsync(Start.AddYears(3), Cancellation);

        await time.AdvanceToAsync(Start.AddYears(3).AddSeconds(-1), Cancellation);
        waiting.IsCompleted.ShouldBeFalse();

        await time.AdvanceToAsync(Start.AddYears(3), Cancellation);
        await waiting;
    }
}
