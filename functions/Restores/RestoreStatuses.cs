namespace ServerlessGdpr.Functions.Restores;

/// <summary>Where a restore stands. Published and recorded, so API.</summary>
public static class RestoreStatuses
{
    /// <summary>Announced; what was restored is looked up, waited for and cleaned.</summary>
    public const string InProgress = "in_progress";

    /// <summary>An operator must decide.</summary>
    public const string Waiting = "waiting";

    /// <summary>Everyone selected was read again and not found.</summary>
    public const string Clean = "clean";

    /// <summary>As clean as the ledger's memory reaches, which is not far enough; or closed by an operator with records left.</summary>
    public const string CleanedIncompletely = "cleaned_incompletely";

    /// <summary>Nothing to clean: the restored resource is gone, or concerns no registered datastore after all.</summary>
    public const string Ended = "ended";

    /// <summary>Another announcement knows the restored resource by its own id; it goes on there.</summary>
    public const string Merged = "merged";

    public static bool IsTerminal(string status) => status is Clean or CleanedIncompletely or Ended or Merged;
}
