namespace ServerlessGdpr.Functions.Requests;

/// <summary>Where a request stands: as OpenDSR names it and what OpenDSR lacks. One conditional write decides between <see cref="Cancelled"/> and <see cref="Erasing"/> or <see cref="Exporting"/>.</summary>
public static class RequestStatuses
{
    public const string Pending = "pending";

    /// <summary>Kept with the request only; published as <see cref="InProgress"/>.</summary>
    public const string Erasing = "erasing";

    /// <summary>As <see cref="Erasing"/>, of access requests.</summary>
    public const string Exporting = "exporting";

    /// <summary>Published only.</summary>
    public const string InProgress = "in_progress";

    public const string Completed = "completed";

    public const string PartiallyCompleted = "partially_completed";

    public const string Cancelled = "cancelled";

    /// <summary>The execution ended without completing, and an operator must retry it; or no task could be done at all.</summary>
    public const string Failed = "failed";

    /// <summary>Published only: a refused event leaves no request.</summary>
    public const string Rejected = "rejected";

    /// <summary>Where a request of a type stands once its work has begun.</summary>
    public static string UnderWay(string requestType) => requestType == RequestTypes.Erasure ? Erasing : Exporting;
}
