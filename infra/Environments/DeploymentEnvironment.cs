namespace ServerlessGdpr.Infra.Environments;

/// <summary>One entry of <c>environments</c> in cdk.json: where the system is deployed, and what differs there.</summary>
public sealed record DeploymentEnvironment
{
    public required string Account { get; init; }

    public required string Region { get; init; }

    /// <summary>The data map's path from the repository's root.</summary>
    public required string DataMap { get; init; }

    /// <summary>The account ids and principal ARNs that may publish requests; by default this account.</summary>
    public IReadOnlyList<string> Publishers { get; init; } = [];

    /// <summary>Other accounts whose restores are cleaned from here.</summary>
    public IReadOnlyList<string> RestoreAccounts { get; init; } = [];

    /// <summary>As functions are told.</summary>
    public string AccountsOfRestores => string.Join(',', RestoreAccounts.Prepend(Account).Distinct());

    /// <summary>Other regions in which backups may be restored, in this account and in those of <see cref="RestoreAccounts"/>.</summary>
    public IReadOnlyList<string> RestoreRegions { get; init; } = [];

    /// <summary>For how many days a person's bundle can be had.</summary>
    public int BundleDays { get; init; } = 7;

    /// <summary>The demo's datastores are a stack of their own; only the local cloud has it.</summary>
    public bool DemoShop { get; init; }

    /// <summary><c>x86_64</c> or <c>arm64</c>: what the function code was published for.</summary>
    public string Architecture { get; init; } = "x86_64";

    /// <summary>Seconds between two looks at a table that is being restored, and for which a replay waits until the ledger's index shows everyone.</summary>
    public int ReplayPauseSeconds { get; init; } = 60;
}
