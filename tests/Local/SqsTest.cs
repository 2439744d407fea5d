using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.Local.Support;
using ServerlessGdpr.Tests.Support;
using Xunit;

namespace ServerlessGdpr.Tests.Local;

/// <summary>Queues of the local cloud, or of another implementation, seen through AWS's own client.</summary>
public abstract class SqsTest : IAsyncLifetime
{
    private readonly string test = Guid.NewGuid().ToString("n");
    private Cloud? cloud;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected Cloud Cloud => ContractTarget.Required(cloud);

    protected AmazonSQSClient Sqs { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var target = ContractTarget.Of("SQS");
        if (target is null)
        {
            cloud = await Clouds.StartAsync(Cancellation);
            target = ContractTarget.Local(cloud.Endpoint);
        }

        Sqs = new AmazonSQSClient(
            new BasicAWSCredentials(target.AccessKey, target.SecretKey),
            new AmazonSQSConfig { ServiceURL = target.Endpoint, AuthenticationRegion = target.Region, MaxErrorRetry = 0 });
    }

    public async ValueTask DisposeAsync()
    {
        Sqs.Dispose();
        if (cloud is not null) await cloud.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected Task<string> CreateAsync(params (string Name, string Value)[] attributes) => CreateAsync("queue", attributes);

    protected async Task<string> CreateAsync(string name, params (string Name, string Value)[] attributes) =>
        (await Sqs.CreateQueueAsync(new CreateQueueRequest($"{name}-{test}") { Attributes = attributes.ToDictionary(pair => pair.Name, pair => pair.Value) }, Cancellation)).QueueUrl;

    protected async Task<(string Name, string Value)> RedriveAsync(string deadLetters, int maxReceiveCount) =>
        ("RedrivePolicy", $$"""{"deadLetterTargetArn":"{{await ArnOfAsync(deadLetters)}}","maxReceiveCount":{{maxReceiveCount}}}""");

    protected async Task<string> ArnOfAsync(string queue) => (await Sqs.GetQueueAttributesAsync(queue, ["QueueArn"], Cancellation)).QueueARN;

    protected async Task<List<Message>> ReceiveAsync(string queue, int? visibility = null) =>
        (await Sqs.ReceiveMessageAsync(
            new ReceiveMessageRequest(queue) { MaxNumberOfMessages = 10, VisibilityTimeout = visibility, MessageSystemAttributeNames = ["All"], MessageAttributeNames = ["All"] },
            Cancellation)).Messages ?? [];

    protected async Task<(int Visible, int InFlight, int Delayed)> CountAsync(string queue)
    {
        var answer = await Sqs.GetQueueAttributesAsync(queue, ["All"], Cancellation);
        return (answer.ApproximateNumberOfMessages, answer.ApproximateNumberOfMessagesNotVisible, answer.ApproximateNumberOfMessagesDelayed);
    }
}
