using Amazon.Runtime;
using Amazon.S3;

namespace ServerlessGdpr.Tests.Datastores.S3;

/// <summary>The S3 that the contract is tested against.</summary>
internal static class S3Server
{
    public static AmazonS3Client Client(Faults? faults = null) => new(
        new BasicAWSCredentials(Setting("S3_CONTRACT_ACCESS_KEY") ?? "contract", Setting("S3_CONTRACT_SECRET_KEY") ?? "contract"),
        new AmazonS3Config
        {
            ServiceURL = Setting("S3_CONTRACT_ENDPOINT") ?? "http://127.0.0.1:18001",
            AuthenticationRegion = "us-east-1",
            ForcePathStyle = true,
            MaxErrorRetry = 0,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            HttpClientFactory = faults,
        });

    private static string? Setting(string name) => Environment.GetEnvironmentVariable(name);
}
