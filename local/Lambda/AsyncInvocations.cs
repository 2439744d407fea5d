using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Lambda;

/// <summary>Invocations of type Event: accepted at once, tried up to three times, then given to the failure destination or dead-letter queue.</summary>
public sealed class AsyncInvocations(FunctionCatalog catalog, FunctionInvoker functions, IQueues queues, TimeProvider time, BackgroundWork background) : IEventFunctions
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestThrottle = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<string, AsyncInvocationSettings> settings = new(StringComparer.Ordinal);

    public void Configure(string functionName, AsyncInvocationSettings value) => settings[functionName] = value;

    public void Accept(string functionArn, string payload) => Accept(catalog.Find(functionArn), payload);

    public void Accept(FunctionDefinition function, string payload) =>
        background.Run((work, cancellation) => RunAsync(function, payload, work, cancellation));

    private async Task RunAsync(FunctionDefinition function, string payload, Work work, CancellationToken cancellation)
    {
        var rules = settings.GetValueOrDefault(function.Name, AsyncInvocationSettings.Default);
        var accepted = time.GetUtcNow();
        var (failures, throttled) = (0, TimeSpan.FromSeconds(1));
        while (true)
        {
            var answer = await TryAsync(function, payload, work);
            if (answer is { FunctionError: null }) return;
            if (answer is not null) failures++;
            if (failures > rules.MaximumRetryAttempts || time.GetUtcNow() - accepted > rules.MaximumEventAge)
            {
                await GiveUpAsync(function, payload, answer, rules, cancellation);
                return;
            }

            // One minute before the first retry, two before the second; throttling is no attempt, and is waited out ever longer.
            var pause = answer is null ? throttled : failures * RetryInterval;
            await work.WaitAsync(() => Task.Delay(pause, time, cancellation));
            if (answer is null) throttled = 2 * throttled < LongestThrottle ? 2 * throttled : LongestThrottle;
        }
    }

    /// <returns>Null when throttled.</returns>
    private async Task<FunctionAnswer?> TryAsync(FunctionDefinition function, string payload, Work work)
    {
        try
        {
            return await work.WaitAsync(() => functions.Begin(function, payload).Answer);
        }
        catch (AwsError error) when (error.Code == "TooManyRequestsException")
        {
            return null;
        }
    }

    private async Task GiveUpAsync(FunctionDefinition function, string payload, FunctionAnswer? answer, AsyncInvocationSettings rules, CancellationToken cancellation)
    {
        if (rules.OnFailure is { } destination)
        {
            var report = new JsonObject
            {
                ["version"] = "1.0",
                ["timestamp"] = time.GetUtcNow().UtcDateTime.ToString("O"),
                ["requestContext"] = new JsonObject { ["functionArn"] = $"{function.Arn}:$LATEST", ["condition"] = answer is null ? "EventAgeExceeded" : "RetriesExhausted" },
                ["requestPayload"] = JsonNode.Parse(payload),
                ["responseContext"] = new JsonObject { ["statusCode"] = 200, ["functionError"] = answer?.FunctionError },
                ["responsePayload"] = answer is null ? null : JsonNode.Parse(answer.Payload),
            };
            await queues.SendAsync(destination, report.ToJsonString(), cancellation);
        }

        if (function.DeadLetterTarget is { } deadLetters)
        {
            await queues.SendAsync(deadLetters, payload, cancellation);
        }
    }
}

/// <param name="OnFailure">The ARN of the queue that is told of events given up.</param>
public sealed record AsyncInvocationSettings(int MaximumRetryAttempts, TimeSpan MaximumEventAge, string? OnFailure)
{
    public static AsyncInvocationSettings Default { get; } = new(2, TimeSpan.FromHours(6), null);
}
