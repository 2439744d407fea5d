namespace ServerlessGdpr.Local.StepFunctions.Sdk;

internal enum SdkProtocol
{
    Json,
    RestJson,
    Query,
    RestXml,
}

/// <summary>A service that AWS SDK integrations call, and what its answers' members are. Sets are names as the wire has them, separated by spaces.</summary>
internal sealed record SdkService
{
    /// <summary>As resource ARNs name it.</summary>
    public required string Name { get; init; }

    public required string SigningName { get; init; }

    public required SdkProtocol Protocol { get; init; }

    /// <summary>What the names of its errors begin with.</summary>
    public required string ErrorPrefix { get; init; }

    /// <summary>Json: what X-Amz-Target begins with. Query: the API's version.</summary>
    public string Target { get; init; } = "";

    public string JsonVersion { get; init; } = "1.0";

    /// <summary>The codes that the SDK has an exception of their own for.</summary>
    public required IReadOnlySet<string> Errors { get; init; }

    /// <summary>Members whose own members are named by users: those names stay.</summary>
    public IReadOnlySet<string> Maps { get; init; } = new HashSet<string>();

    /// <summary>Members that are instants, which Step Functions gives as ISO 8601 text.</summary>
    public IReadOnlySet<string> Instants { get; init; } = new HashSet<string>();

    /// <summary>XML: members that are lists.</summary>
    public IReadOnlySet<string> Lists { get; init; } = new HashSet<string>();

    /// <summary>XML: repeated elements without a list around them, and what the list is called.</summary>
    public IReadOnlyDictionary<string, string> Flat { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>XML: members that are numbers or truth values.</summary>
    public IReadOnlySet<string> Plain { get; init; } = new HashSet<string>();

    /// <summary>Requests in Query or XML: what the items of a list are called.</summary>
    public IReadOnlyDictionary<string, string> Items { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public static IReadOnlySet<string> Names(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
}

/// <summary>A member of a request.</summary>
/// <param name="Name">As Step Functions has it.</param>
/// <param name="Wire">As the body has it.</param>
/// <param name="Query">What it is called in the address; null when it is not there.</param>
internal sealed record SdkParameter(string Name, string Wire, string? Query, bool Required);

/// <summary>An operation of a service, as a row of a table.</summary>
/// <param name="Http">Method and path of REST services, members in braces, a star after those that have slashes; empty for the others.</param>
internal sealed record SdkOperation(SdkService Service, string Action, IReadOnlyList<SdkParameter> Parameters, string Http)
{
    /// <param name="parameters">Names on the wire; <c>!</c> marks the required ones, <c>?name</c> those in the address.</param>
    public static SdkOperation Row(SdkService service, string action, string parameters, string http = "") =>
        new(service, action, [.. parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Parameter)], http);

    private static SdkParameter Parameter(string text)
    {
        var parts = text.Split('?', 2);
        var wire = parts[0].TrimEnd('!');
        return new SdkParameter(JavaNames.Member(wire), wire, parts.Length > 1 ? parts[1] : null, parts[0].EndsWith('!'));
    }
}
