namespace ServerlessGdpr.Functions.Datastores;

// Properties with a default are settable: the generated reader would set an absent one that is init-only to null.

/// <summary>Who is responsible for the processing (Art. 4(7)), as the person is told.</summary>
public sealed record Controller
{
    public required string Name { get; init; }

    /// <summary>Where the person can write to, for example an e-mail address.</summary>
    public required string Contact { get; init; }

    /// <summary>Where the person can complain (Art. 15(1)(f)).</summary>
    public required string SupervisoryAuthority { get; init; }
}

/// <summary>What a person must be told about a datastore (Art. 15(1)), in words for that person.</summary>
public sealed record Processing
{
    /// <summary>What the person would call what is kept there, for example <c>Your customer account</c>.</summary>
    public required string Title { get; init; }

    public required IReadOnlyList<string> Purposes { get; init; }

    /// <summary>Categories of personal data.</summary>
    public required IReadOnlyList<string> Categories { get; init; }

    /// <summary>Recipients, or categories of them.</summary>
    public required IReadOnlyList<string> Recipients { get; init; }

    /// <summary>For how long it is kept, or what decides that.</summary>
    public required string Retention { get; init; }

    /// <summary>Where the data comes from.</summary>
    public required string Source { get; init; }

    /// <summary>Automated decisions, profiling included, their logic and consequences (Art. 22); or that there are none.</summary>
    public required string AutomatedDecisions { get; init; }

    /// <summary>Transfers to third countries and their safeguards (Art. 15(2)); null for none.</summary>
    public string? Transfers { get; init; }
}

/// <summary>How records are handed to their person. A field is named by its path, <c>delivery.recipient</c>; a list on the way stands for each of its elements.</summary>
public sealed record ExportRules
{
    /// <summary>In <see cref="Provided"/>: every field, and the files.</summary>
    public const string Everything = "*";

    /// <summary>Fields about other people (Art. 15(4)): their values are left out, and the bundle says so.</summary>
    public IReadOnlyList<string> Redact { get; set; } = [];

    /// <summary>The fields that the person provided (Art. 20), or <see cref="Everything"/>; nothing else is portable.</summary>
    public IReadOnlyList<string> Provided { get; set; } = [];

    /// <summary>Fields in the person's words, for example <c>customer_id</c>: <c>Customer number</c>.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();
}
