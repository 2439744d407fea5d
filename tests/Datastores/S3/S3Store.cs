using Amazon.Runtime;
using Amazon.S3;
using ServerlessGdpr.Functions.Runtime.Aws;

namespace ServerlessGdpr.Tests.Datastores.S3;

/// <summary>An implementation of S3, and how its clients reach it.</summary>
internal sealed record S3Store(string Endpoint, string AccessKey, string SecretKey, string Region)
{
    /// <summary>Why it takes no storage class but STANDARD; null when it does.</summary>
    public string? WithoutStorageClasses { get; init; }

    public AmazonS3Client Client(Faults? faults = null) => new(
        new BasicAWSCredentials(AccessKey, SecretKey),
        new AmazonS3Config
        {
            ServiceURL = Endpoint,
            AuthenticationRegion = Region,
            ForcePathStyle = true,
            MaxErrorRetry = 0,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            HttpClientFactory = faults ?? new WholeAnswers() as HttpClientFactory,
        });
}
