namespace ServerlessGdpr.Functions.Restores.Recognition;

/// <summary>Why an event was ignored. Recorded, so API.</summary>
public static class IgnoredReasons
{
    /// <summary>The event is of a kind that brings no data back.</summary>
    public const string NotARestore = "not_a_restore";

    /// <summary>The restore goes on; another event comes when it ends.</summary>
    public const string Unfinished = "unfinished";

    /// <summary>AWS says that the restore failed, and it is of a kind of which nothing is left then.</summary>
    public const string Failed = "failed";

    /// <summary>The call was refused: nothing was restored.</summary>
    public const string CallFailed = "call_failed";

    /// <summary>It happened in an account that the configuration does not allow.</summary>
    public const string ForeignAccount = "foreign_account";

    /// <summary>Neither where it came from nor the name it got belongs to a registered datastore.</summary>
    public const string NotRegistered = "not_registered";

    /// <summary>An archived object can be read for a while, and nothing waits for that.</summary>
    public const string ObjectThawed = "object_thawed";
}

/// <summary>Why an operator is needed. Recorded and shown, so API.</summary>
public static class OperatorReasons
{
    /// <summary>The event does not say what was restored.</summary>
    public const string TargetUnknown = "restored_resource_unknown";

    /// <summary>The event does not say from what it was restored, and nothing can be asked; a registered datastore of its kind exists.</summary>
    public const string SourceUnknown = "source_unknown";

    /// <summary>AWS named a status that is not known here.</summary>
    public const string StatusUnknown = "status_unknown";

    /// <summary>Replays of this kind of datastore, or into this kind of resource, are not handled.</summary>
    public const string KindNotHandled = "kind_not_handled";

    /// <summary>The datastore's role reaches restored copies by name only, and this name is not one of them.</summary>
    public const string NameNotReachable = "name_not_reachable";

    /// <summary>The datastore's role does not reach the account of the restored resource.</summary>
    public const string AccountNotReachable = "account_not_reachable";

    /// <summary>The restored resource is in another region than this system, whose functions do not reach it there.</summary>
    public const string RegionNotReachable = "region_not_reachable";

    /// <summary>It is a copy of a datastore that is no longer in the data map.</summary>
    public const string NoLongerRegistered = "no_longer_registered";

    /// <summary>The execution of the replay ended without completing. A retry starts another.</summary>
    public const string ExecutionFailed = "execution_failed";

    /// <summary>An event about the restore could not be processed; it is kept, encrypted.</summary>
    public const string DeadLetter = "dead_letter";

    /// <summary>Those that announcements give.</summary>
    public static readonly IReadOnlyCollection<string> OfAnnouncements =
        [TargetUnknown, SourceUnknown, StatusUnknown, KindNotHandled, NameNotReachable, AccountNotReachable, RegionNotReachable, NoLongerRegistered];
}
