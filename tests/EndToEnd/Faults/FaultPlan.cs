using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Lambda;

namespace ServerlessGdpr.Tests.EndToEnd.Faults;

/// <summary>
/// What goes wrong where, by a seed: workers are killed before, during and after a call, or all at once, calls are late or throttled, for once or for a while, answers are lost after their effect. Whether something goes wrong depends
/// on the seed, on what is called and how often that was called before, so a seed does the same again as far as the order of concurrent calls lets it.
/// </summary>
internal sealed class FaultPlan(int seed, Action restart) : IInvocationFault
{
    // Of 1,000 calls. A function is tried seven times, so that it fails for good about once in a million.
    private const int KilledBefore = 35, KilledDuring = 35, KilledAfter = 35, Throttled = 15, Late = 40, Hanging = 3, RefusedCalls = 12, LostAnswers = 8, Outages = 3;

    /// <summary>After so many calls of the cloud, at most, all workers are killed.</summary>
    private const int CallsBetweenRestarts = 1500;

    /// <summary>How late an event is, at most.</summary>
    private const int MostSecondsLate = 40;

    /// <summary>In an outage so many calls of an operation are refused in a row: more than the AWS SDK tries.</summary>
    private const int CallsOfOutage = 8;

    /// <summary>How many calls after its start a worker is killed, at most.</summary>
    private const int Moments = 12;

    private readonly ConcurrentDictionary<(string Where, string What), int> seen = new();
    private readonly ConcurrentDictionary<Countdown, bool> countdowns = new();
    private readonly ConcurrentDictionary<(string Service, string Operation), int> outages = new();
    private volatile bool over;
    private int happened, untilRestart = CallsBetweenRestarts / 2;

    public int Happened => happened;

    /// <summary>From now on nothing goes wrong.</summary>
    public void End() => over = true;

    public Fault? Choose(string functionName, string payload)
    {
        if (over) return null;
        var draw = Draw(functionName, payload);
        Fault? fault = draw switch
        {
            < KilledBefore => new Fault.KilledBefore(),
            < KilledBefore + KilledAfter => new Fault.KilledAfter(),
            < KilledBefore + KilledAfter + KilledDuring => new Fault.KilledDuring(Later(draw)),
            < KilledBefore + KilledAfter + KilledDuring + Throttled => new Fault.Throttled(),
            < KilledBefore + KilledAfter + KilledDuring + Throttled + Late => new Fault.Delayed(TimeSpan.FromSeconds(draw % MostSecondsLate)),
            < KilledBefore + KilledAfter + KilledDuring + Throttled + Late + Hanging => new Fault.Hangs(),
            _ => null,
        };
        return Counted(fault);
    }

    public CallFault? Choose(CloudCall call)
    {
        foreach (var (countdown, _) in countdowns)
        {
            if (countdown.Tick()) countdowns.TryRemove(countdown, out var _);
        }

        if (!over && Interlocked.Decrement(ref untilRestart) == 0) Restart();
        if (over || Errors(call.Service) is not var (throttle, failure)) return null;
        if (IsOut(call)) return Counted(new CallFault(throttle, AfterEffect: false));
        var draw = Draw(call.Service, call.Operation);
        if (draw >= 1000 - Outages) outages[(call.Service, call.Operation)] = CallsOfOutage;
        CallFault? fault = draw < RefusedCalls ? new(throttle, AfterEffect: false) : draw < RefusedCalls + LostAnswers ? new(failure, AfterEffect: true) : null;
        return Counted(fault);
    }

    private void Restart()
    {
        untilRestart = CallsBetweenRestarts / 2 + (Draw("workers", "restart") * CallsBetweenRestarts / 2000);
        Interlocked.Increment(ref happened);
        restart();
    }

    private T? Counted<T>(T? fault)
        where T : class
    {
        if (fault is not null) Interlocked.Increment(ref happened);
        return fault;
    }

    private bool IsOut(CloudCall call)
    {
        var key = (call.Service, call.Operation);
        return outages.ContainsKey(key) && outages.AddOrUpdate(key, 0, (_, left) => left - 1) >= 0;
    }

    private Task Later(int draw)
    {
        var countdown = new Countdown(1 + (draw % Moments));
        countdowns[countdown] = true;
        return countdown.Moment;
    }

    /// <summary>0 to 999.</summary>
    private int Draw(string where, string what)
    {
        var time = seen.AddOrUpdate((where, what), 0, (_, times) => times + 1);
        return (int)(BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\0{where}\0{what}\0{time}"))) % 1000);
    }

    private static (AwsError Throttle, AwsError Failure)? Errors(string service) => service switch
    {
        "dynamodb" => (new("ProvisionedThroughputExceededException", "The level of configured provisioned throughput was exceeded."), new("InternalServerError", "The service failed.", 500)),
        "s3" => (new("SlowDown", "Please reduce your request rate.", 503), new("InternalError", "We encountered an internal error.", 500)),
        "kms" => (new("ThrottlingException", "Rate exceeded"), new("KMSInternalException", "The service failed.", 500)),
        "states" or "events" => (new("ThrottlingException", "Rate exceeded"), new("InternalFailure", "The service failed.", 500)),
        _ => null,
    };

    private sealed class Countdown(int calls)
    {
        private readonly TaskCompletionSource moment = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int left = calls;

        public Task Moment => moment.Task;

        /// <returns>Whether it is over.</returns>
        public bool Tick()
        {
            if (Interlocked.Decrement(ref left) > 0) return false;
            moment.TrySetResult();
            return true;
        }
    }
}
