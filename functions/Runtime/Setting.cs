using System.Globalization;

namespace ServerlessGdpr.Functions.Runtime;

/// <summary>One environment variable that functions are configured with.</summary>
public sealed record Setting
{
    public static readonly Setting Region = Name("AWS_REGION");
    public static readonly Setting RequestsTable = Name("REQUESTS_TABLE");
    public static readonly Setting VaultTable = Name("VAULT_TABLE");
    public static readonly Setting LedgerTable = Name("LEDGER_TABLE");
    public static readonly Setting EvidenceBucket = Name("EVIDENCE_BUCKET");
    public static readonly Setting PagesBucket = Name("PAGES_BUCKET");
    public static readonly Setting ExportBucket = Name("EXPORT_BUCKET");
    public static readonly Setting EventBus = Name("EVENT_BUS");
    public static readonly Setting Datastore = Name("DATASTORE");
    public static readonly Setting IdentityKey = Arn("IDENTITY_KEY", "kms");
    public static readonly Setting MacKey = Arn("MAC_KEY", "kms");
    public static readonly Setting ErasureWorkflow = Arn("ERASURE_WORKFLOW", "states");
    public static readonly Setting AccessWorkflow = Arn("ACCESS_WORKFLOW", "states");
    public static readonly Setting ReplayWorkflow = Arn("REPLAY_WORKFLOW", "states");

    /// <summary>For how many days a bundle can be had.</summary>
    public static readonly Setting BundleDays = new("BUNDLE_DAYS", null, text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days > 0 ? null : "is not a number of days");

    /// <summary>The accounts whose restores are cleaned, with commas between them.</summary>
    public static readonly Setting RestoreAccounts = new("RESTORE_ACCOUNTS", null, text => text.Split(',').All(IsAccount) ? null : "is not a list of account ids");

    private readonly Func<string, string?>? problem;

    private Setting(string variable, string? arnService, Func<string, string?>? problem = null)
    {
        Variable = variable;
        ArnService = arnService;
        this.problem = problem;
    }

    public string Variable { get; }

    /// <summary>The service of the ARN it must be; null where it is none.</summary>
    public string? ArnService { get; }

    /// <summary>What is wrong with a value, without the value; null when nothing is.</summary>
    public string? Problem(string value)
    {
        if (string.IsNullOrWhiteSpace(value)) return "is missing";
        if (problem is not null) return problem(value);
        if (ArnService is null) return value.All(IsNameCharacter) ? null : "is not a name";
        var parts = value.Split(':', 6);
        return parts.Length == 6 && parts[0] == "arn" && parts[2] == ArnService && parts[5].Length > 0
            ? null
            : $"is not the ARN of a {ArnService} resource";
    }

    private static bool IsAccount(string text) => text.Length == 12 && text.All(char.IsAsciiDigit);

    private static bool IsNameCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.' or '/';

    private static Setting Name(string variable) => new(variable, null);

    private static Setting Arn(string variable, string service) => new(variable, service);
}
