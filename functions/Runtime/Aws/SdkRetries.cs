using Amazon.DynamoDBv2;
using Amazon.KeyManagementService;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.S3;
using Amazon.S3.Internal;
using SdkRetryHandler = Amazon.Runtime.Internal.RetryHandler;

namespace ServerlessGdpr.Functions.Runtime.Aws;

/// <summary>The SDK's clients with the SDK's standard retries, but for the clock of the pauses: the SDK knows the machine's only.</summary>
internal static class SdkRetries
{
    private static void Use(RuntimePipeline pipeline, RetryPolicy policy) => pipeline.ReplaceHandler<SdkRetryHandler>(new SdkRetryHandler(policy));

    /// <summary>As long as the SDK would: up to a second, then up to twice as long each time.</summary>
    private static Task PauseAsync(IExecutionContext call, int longest, TimeProvider time)
    {
        var bound = Math.Min(1000 * Math.Pow(2, call.RequestContext.Retries - 1), longest);
        return Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * bound), time, call.RequestContext.CancellationToken);
    }

    internal sealed class DynamoDb(AWSCredentials credentials, AmazonDynamoDBConfig config, TimeProvider time) : AmazonDynamoDBClient(credentials, config)
    {
        protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
        {
            base.CustomizeRuntimePipeline(pipeline);
            Use(pipeline, new Policy(Config, time));
        }
    }

    internal sealed class Kms(AWSCredentials credentials, AmazonKeyManagementServiceConfig config, TimeProvider time) : AmazonKeyManagementServiceClient(credentials, config)
    {
        protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
        {
            base.CustomizeRuntimePipeline(pipeline);
            Use(pipeline, new Policy(Config, time));
        }
    }

    internal sealed class S3(AWSCredentials credentials, AmazonS3Config config, TimeProvider time) : AmazonS3Client(credentials, config)
    {
        protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
        {
            base.CustomizeRuntimePipeline(pipeline);
            Use(pipeline, new S3Policy(Config, time));
        }
    }

    private sealed class Policy(IClientConfig config, TimeProvider time) : StandardRetryPolicy(config)
    {
        public override Task WaitBeforeRetryAsync(IExecutionContext executionContext) => PauseAsync(executionContext, MaxBackoffInMilliseconds, time);
    }

    /// <summary>Knows what S3 alone answers.</summary>
    private sealed class S3Policy(IClientConfig config, TimeProvider time) : AmazonS3StandardRetryPolicy(config)
    {
        public override Task WaitBeforeRetryAsync(IExecutionContext executionContext) => PauseAsync(executionContext, MaxBackoffInMilliseconds, time);
    }
}
