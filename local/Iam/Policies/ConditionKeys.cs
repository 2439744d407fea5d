namespace ServerlessGdpr.Local.Iam.Policies;

/// <summary>The condition keys that requests here have where AWS's have them.</summary>
internal static class ConditionKeys
{
    private const string EncryptionContext = "kms:EncryptionContext:";

    private static readonly HashSet<string> OfOneValue = new(StringComparer.OrdinalIgnoreCase)
    {
        "aws:PrincipalAccount", "aws:PrincipalArn", "aws:RequestedRegion", "aws:ResourceAccount", "aws:SecureTransport",
        // Only requests that a service makes for a resource have these two; those of roles' credentials never do.
        "aws:SourceAccount", "aws:SourceArn",
        "kms:ViaService", "s3:prefix",
    };

    private static readonly HashSet<string> OfManyValues = new(StringComparer.OrdinalIgnoreCase)
    {
        "dynamodb:LeadingKeys", "events:detail-type", "events:source", "kms:EncryptionContextKeys",
    };

    public static bool IsKnown(string key) => OfOneValue.Contains(key) || HasManyValues(key) || key.StartsWith(EncryptionContext, StringComparison.OrdinalIgnoreCase);

    public static bool HasManyValues(string key) => OfManyValues.Contains(key);
}
