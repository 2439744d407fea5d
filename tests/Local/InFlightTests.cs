using ServerlessGdpr.Local.Hosting;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local;

public sealed class InFlightTests
{
    [Fact]
    public async Task Who_waits_is_at_work_again_as_soon_as_what_it_waits_for_has_come_even_if_its_thread_is_late()
    {
        var inFlight = new InFlight();
        using var work = inFlight.Begin();
        var message = new TaskCompletionSource<bool>();
        var late = new LateThread();

        var waiting = late.Run(() => work.WaitAsync(() => message.Task));
        inFlight.IsAtRest.ShouldBeTrue();
        message.SetResult(true);

        inFlight.IsAtRest.ShouldBeFalse();
        late.CatchUp();
        (await waiting).ShouldBeTrue();
        inFlight.IsAtRest.ShouldBeFalse();
    }

    /// <summary>Keeps what should run on it until it is told to.</summary>
    private sealed class LateThread : SynchronizationContext
    {
        private readonly Queue<Action> posted = new();

        public T Run<T>(Func<T> action)
        {
            var before = Current;
            SetSynchronizationContext(this);
            try
            {
                return action();
            }
            finally
            {
                SetSynchronizationContext(before);
            }
        }

        public override void Post(SendOrPostCallback callback, object? state) => posted.Enqueue(() => callback(state));

        public void CatchUp()
        {
            while (posted.TryDequeue(out var next))
            {
                Run(() =>
                {
                    next();
                    return true;
                });
            }
        }
    }
}
