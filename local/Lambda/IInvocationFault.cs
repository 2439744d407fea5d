namespace ServerlessGdpr.Local.Lambda;

/// <summary>What goes wrong, on purpose, in calls of functions.</summary>
public interface IInvocationFault
{
    /// <param name="functionName">The function about to be called.</param>
    /// <param name="payload">What it is called with.</param>
    /// <returns>Null lets the call be.</returns>
    Fault? Choose(string functionName, string payload);
}

/// <summary>One thing to go wrong in one call.</summary>
public abstract record Fault
{
    private Fault()
    {
    }

    /// <summary>The call is refused as one too many.</summary>
    public sealed record Throttled : Fault;

    /// <summary>The worker gets the event later than it could have.</summary>
    public sealed record Delayed(TimeSpan By) : Fault;

    /// <summary>The worker is ready and sees the event only when <paramref name="Moment"/> completes; its time begins then.</summary>
    public sealed record HeldUntil(Task Moment) : Fault;

    /// <summary>The worker is killed before it has seen the event.</summary>
    public sealed record KilledBefore : Fault;

    /// <summary>The worker is killed while it works, when <paramref name="Moment"/> completes.</summary>
    public sealed record KilledDuring(Task Moment) : Fault;

    /// <summary>The worker has done its work and is killed as it answers: the answer is lost.</summary>
    public sealed record KilledAfter : Fault;

    /// <summary>The worker never answers and is killed at its timeout, without having seen the event.</summary>
    public sealed record Hangs : Fault;
}
