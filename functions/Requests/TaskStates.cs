namespace ServerlessGdpr.Functions.Requests;

/// <summary>The states of a task.</summary>
public static class TaskStates
{
    public const string Pending = "pending";

    /// <summary>Its retries are exhausted: an operator decides.</summary>
    public const string Waiting = "waiting";

    public const string Final = "final";
}

/// <summary>Outcomes that the workflow gives, beside those that a datastore's function answers.</summary>
public static class TaskOutcomes
{
    /// <summary>A dry run found records; nothing was changed.</summary>
    public const string WouldErase = "would_erase";

    /// <summary>An operator closed the task, with a reason.</summary>
    public const string Closed = "closed";
}
