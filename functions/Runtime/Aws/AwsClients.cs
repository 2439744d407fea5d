using Amazon;
using Amazon.DynamoDBv2;
using Amazon.KeyManagementService;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.S3;

namespace ServerlessGdpr.Functions.Runtime.Aws;

/// <summary>The AWS clients of one function, each made when it is first needed.</summary>
public sealed class AwsClients : IDisposable
{
    private const int Retries = 4;
    private readonly IReadOnlyDictionary<string, string> environment;
    private readonly RegionEndpoint region;
    private readonly Lazy<AWSCredentials> credentials;
    private readonly Lazy<AmazonDynamoDBClient> dynamoDb;
    private readonly Lazy<AmazonS3Client> s3;
    private readonly Lazy<AmazonKeyManagementServiceClient> kms;
    private readonly Lazy<AwsJsonClient> stepFunctions;
    private readonly Lazy<AwsJsonClient> eventBridge;
    private readonly Lazy<AwsRestClient> backup;

    public AwsClients(Settings settings, TimeProvider time)
    {
        environment = settings.Environment;
        region = RegionEndpoint.GetBySystemName(settings[Setting.Region]);
        credentials = new(() => CredentialsOf(environment));
        dynamoDb = new(() => new SdkRetries.DynamoDb(credentials.Value, Configured(new AmazonDynamoDBConfig(), "DYNAMODB", TimeSpan.FromSeconds(10)), time));
        kms = new(() => new SdkRetries.Kms(credentials.Value, Configured(new AmazonKeyManagementServiceConfig(), "KMS", TimeSpan.FromSeconds(5)), time));
        s3 = new(() => new SdkRetries.S3(credentials.Value, Configured(S3Config(), "S3", TimeSpan.FromSeconds(30)), time));
        stepFunctions = new(() => Json("states", "SFN", "AWSStepFunctions", "application/x-amz-json-1.0", time));
        eventBridge = new(() => Json("events", "EVENTBRIDGE", "AWSEvents", "application/x-amz-json-1.1", time));
        backup = new(() => new(RetryHandler.Signing(credentials.Value, region, "backup", time), EndpointUri("backup", "BACKUP"), "AWS Backup"));
    }

    public IAmazonDynamoDB DynamoDb => dynamoDb.Value;

    /// <summary>A put that sets a lock has to name a <c>ChecksumAlgorithm</c>: S3 demands a checksum there, and this client adds none that is not demanded by the operation.</summary>
    public IAmazonS3 S3 => s3.Value;

    public IAmazonKeyManagementService Kms => kms.Value;

    /// <summary>For a registered table, whose own code backs off: each call is tried once.</summary>
    public IAmazonDynamoDB DynamoDbIn(string tableRegion, TimeSpan timeout) =>
        new AmazonDynamoDBClient(credentials.Value, Configured(new AmazonDynamoDBConfig(), "DYNAMODB", timeout, retries: 0, tableRegion));

    /// <summary>For a registered bucket, whose own code backs off: each call is tried once.</summary>
    public IAmazonS3 S3Within(TimeSpan timeout) => new AmazonS3Client(credentials.Value, Configured(S3Config(), "S3", timeout, retries: 0));

    public AwsJsonClient StepFunctions => stepFunctions.Value;

    public AwsJsonClient EventBridge => eventBridge.Value;

    public AwsRestClient Backup => backup.Value;

    public void Dispose()
    {
        Dispose(dynamoDb);
        Dispose(s3);
        Dispose(kms);
        Dispose(stepFunctions);
        Dispose(eventBridge);
        Dispose(backup);
    }

    private static void Dispose<T>(Lazy<T> client)
        where T : IDisposable
    {
        if (client.IsValueCreated) client.Value.Dispose();
    }

    private static AmazonS3Config S3Config() => new()
    {
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
    };

    /// <summary>Lambda gives credentials in the environment; elsewhere the SDK's own chain finds them.</summary>
    private static AWSCredentials CredentialsOf(IReadOnlyDictionary<string, string> environment)
    {
        var id = environment.GetValueOrDefault("AWS_ACCESS_KEY_ID", "");
        var secret = environment.GetValueOrDefault("AWS_SECRET_ACCESS_KEY", "");
        var token = environment.GetValueOrDefault("AWS_SESSION_TOKEN", "");
        if (id.Length == 0 || secret.Length == 0) return DefaultAWSCredentialsIdentityResolver.GetCredentials();
        return token.Length == 0 ? new BasicAWSCredentials(id, secret) : new SessionAWSCredentials(id, secret, token);
    }

    private TConfig Configured<TConfig>(TConfig config, string service, TimeSpan timeout, int retries = Retries, string? otherRegion = null)
        where TConfig : ClientConfig
    {
        var at = otherRegion is null ? region : RegionEndpoint.GetBySystemName(otherRegion);
        config.RegionEndpoint = at;
        config.RetryMode = RequestRetryMode.Standard;
        config.MaxErrorRetry = retries;
        config.Timeout = timeout;
        config.HttpClientFactory = new WholeAnswers();
        if (EndpointOf(service) is { } endpoint)
        {
            config.ServiceURL = endpoint;
            config.AuthenticationRegion = at.SystemName;
        }

        return config;
    }

    private AwsJsonClient Json(string signingName, string service, string target, string contentType, TimeProvider time) =>
        new(RetryHandler.Signing(credentials.Value, region, signingName, time), EndpointUri(signingName, service), target, contentType);

    private Uri EndpointUri(string name, string service) => new(EndpointOf(service) ?? $"https://{name}.{region.SystemName}.{region.PartitionDnsSuffix}");

    /// <summary>As the SDK reads it: the service's own variable, else the one for all.</summary>
    private string? EndpointOf(string service) =>
        environment.GetValueOrDefault($"AWS_ENDPOINT_URL_{service}") ?? environment.GetValueOrDefault("AWS_ENDPOINT_URL");
}
