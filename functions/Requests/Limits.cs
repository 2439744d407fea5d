namespace ServerlessGdpr.Functions.Requests;

/// <summary>What intake accepts at most.</summary>
public static class Limits
{
    public const string ApiVersion = "2.0";

    /// <summary>Far more than a request needs, and a quarter of what EventBridge takes.</summary>
    public const int DetailBytes = 256 * 1024;

    /// <summary>What goes into one vault item must fit the 400 KB of DynamoDB, sealed, with <see cref="Callbacks"/> callbacks.</summary>
    public const int ExtensionsBytes = 128 * 1024;

    public const int Identities = 20;

    /// <summary>Counted in code points, as JSON Schema counts.</summary>
    public const int IdentityLength = 1024;

    public const int IdentityTypeLength = 64;

    public const int Callbacks = 20;

    public const int CallbackLength = 2048;

    public const int OldestYears = 5;

    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>The laws a request may be made under. None allows less than the month that <see cref="StatutoryClock"/> gives.</summary>
    public static readonly IReadOnlyList<string> Regulations = ["gdpr", "uk_gdpr", "ccpa", "vcdpa", "cpa", "ctdpa", "ucpa"];
}

/// <summary>What a person may ask for (OpenDSR's <c>subject_request_type</c>).</summary>
public static class RequestTypes
{
    public const string Erasure = "erasure";
    public const string Access = "access";
    public const string Portability = "portability";

    public static readonly IReadOnlyList<string> All = [Erasure, Access, Portability];
}

/// <summary>The detail-types that reach intake.</summary>
public static class DetailTypes
{
    public const string ErasureRequested = nameof(ErasureRequested);
    public const string AccessRequested = nameof(AccessRequested);
    public const string RequestCancelled = nameof(RequestCancelled);
    public const string OperatorDecided = nameof(OperatorDecided);

    /// <summary>Step Functions' own, from the default bus.</summary>
    public const string ExecutionStatusChange = "Step Functions Execution Status Change";

    public static readonly IReadOnlyList<string> All = [ErasureRequested, AccessRequested, RequestCancelled, OperatorDecided, ExecutionStatusChange];
}
