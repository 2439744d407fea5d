namespace ServerlessGdpr.Bench;

/// <summary>
/// On-demand list prices in US dollars, us-east-1, without free tiers, as the pricing pages of DynamoDB (the prices since November 2024), S3, Lambda (x86)
/// and Step Functions (standard) were known in November 2026, not read off those pages on a certain day. Other regions cost more: check before relying on them.
/// </summary>
internal static class ListPrices
{
    public const double ReadUnit = 0.125 / 1_000_000;
    public const double S3Put = 0.005 / 1_000;
    public const double LambdaRequest = 0.20 / 1_000_000;
    public const double LambdaGigabyteSecond = 0.0000166667;
    public const double StateTransition = 0.025 / 1_000;
}
