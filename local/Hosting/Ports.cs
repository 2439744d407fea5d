using System.Text.Json.Nodes;

namespace ServerlessGdpr.Local.Hosting;

/// <summary>SQS, for the services that deliver to queues or poll them.</summary>
public interface IQueues
{
    Task SendAsync(string queueArn, string body, CancellationToken cancellation, IReadOnlyDictionary<string, string>? attributes = null);

    /// <summary>
    /// Long-polls until at least one message is there, or <paramref name="wait"/> has passed on the cloud's clock. A poller that never gives up waits
    /// <see cref="Timeout.InfiniteTimeSpan"/>: a clock that crosses months then does not stop at every empty poll. The caller holds no token while
    /// it waits, and takes one as soon as this returns messages.
    /// </summary>
    Task<IReadOnlyList<QueueMessage>> ReceiveAsync(string queueArn, int max, TimeSpan wait, CancellationToken cancellation);

    Task DeleteAsync(string queueArn, string receiptHandle, CancellationToken cancellation);
}

/// <param name="Attributes">System attributes as SQS names them: <c>ApproximateReceiveCount</c>, <c>SentTimestamp</c>, ...</param>
/// <param name="MessageAttributes">String message attributes, by name.</param>
public sealed record QueueMessage(
    string MessageId,
    string ReceiptHandle,
    string Body,
    IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyDictionary<string, string> MessageAttributes);

/// <summary>Lambda, for the services that invoke functions. They hold a token of <see cref="InFlight"/>, and are not counted as working while the function is.</summary>
public interface IFunctions
{
    /// <exception cref="AwsError">No such function, or throttled (<c>TooManyRequestsException</c>).</exception>
    Task<FunctionAnswer> InvokeAsync(string functionArn, string payload, CancellationToken cancellation);
}

/// <summary>Lambda, for the services that hand it events and do not hear what becomes of them: retries, throttling and destinations are the function's own affair.</summary>
public interface IEventFunctions
{
    /// <exception cref="AwsError">No such function.</exception>
    void Accept(string functionArn, string payload);
}

/// <param name="FunctionError">Null for success, else <c>Unhandled</c>; the payload is then <c>{errorType, errorMessage}</c>.</param>
public sealed record FunctionAnswer(string Payload, string? FunctionError);

/// <summary>EventBridge, for the services that emit events.</summary>
public interface IEventBuses
{
    /// <summary>Puts one AWS event on the default bus; id, account, region and time are filled in.</summary>
    Task PutAwsEventAsync(string source, string detailType, JsonObject detail, IEnumerable<string> resources, CancellationToken cancellation);
}

/// <summary>Step Functions, for the services that start executions.</summary>
public interface IStateMachines
{
    /// <returns>The execution's ARN.</returns>
    Task<string> StartExecutionAsync(string stateMachineArn, string? name, string input, CancellationToken cancellation);
}

/// <summary>SNS, for the services that publish to topics.</summary>
public interface ITopics
{
    /// <returns>The message's id.</returns>
    /// <exception cref="AwsError">No such topic.</exception>
    Task<string> PublishAsync(string topicArn, string message, string? subject, CancellationToken cancellation);
}
