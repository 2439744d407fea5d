using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>Step Functions tells of executions that failed as well as it can: what it did not tell of, the hourly watch finds.</summary>
public sealed class LostFailureTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : SystemTest(app, dynamoDb)
{
    [Fact]
    public async Task An_execution_that_failed_untold_is_found_and_an_operators_retry_completes_the_request()
    {
        await Live.LoseExecutionEventsAsync(Cancellation);
        LockUploadsAway();
        await PublishAsync("erasure-requested.json");
        await WaitingAsync();

        await Live.StopExecutionAsync(Live.Workflow, AdasRequest, Cancellation);
        var failed = await Live.StatusAsync("failed", Cancellation);
        Live.Calls.Allow();
        await PublishAsync("operator-decided-retry.json");
        await Live.StatusAsync("completed", Cancellation);

        ((string?)failed["reasons"]![0]!["code"]).ShouldBe("execution_aborted");
        CountOf("failed").ShouldBe(1);
        (await AdaAsync()).ShouldBe(Holdings.Nothing);
    }
}
