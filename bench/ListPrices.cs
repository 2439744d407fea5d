namespace ServerlessGdpr.Bench;

/// <summary>
/// On-demand list prices in US dollars, us-east-1, without free tiers, as the pricing pages of DynamoDB (the prices since November 2024), S3, Lambda (x86),
/// KMS, EventBridge and Step Functions (standard) were known in November 2026, not read off those pages on a certain day. Other regions cost more: check before relying on them.
/// </summary>
internal static class ListPrices
{
    public const double ReadUnit = 0.125 / 1_000_000;
    public const double WriteUnit = 0.625 / 1_000_000;
    public const double KmsRequest = 0.03 / 10_000;
    public const double Event = 1.00 / 1_000_000;
    public const double S3Get = 0.0004 / 1_000;
    public const double S3Put = 0.005 / 1_000;
    public const double LambdaRequest = 0.20 / 1_000_000;
    public const double LambdaGigabyteSecond = 0.0000166667;
    public const double StateTransition = 0.025 / 1_000;
}
