using System.Text.Json.Nodes;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Hosting;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>Each test has a deployed system of its own, with the shop's people in it.</summary>
public abstract class SystemTest(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : IAsyncLifetime
{
    /// <summary>The request for Ada.</summary>
    private protected static readonly string AdasRequest = DeployedSystem.RequestIdOf(DeployedSystem.Sample("erasure-requested.json"));

    private DeployedSystem? live;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected DeployedSystem Live => live!;

    public async ValueTask InitializeAsync() => live = await DeployedSystem.StartAsync(app, dynamoDb, Cancellation);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (live is not null) await live.DisposeAsync();
    }

    private protected static AwsError Denied() => new("AccessDenied", "Access Denied", 403);

    private protected static AwsError DeniedByDynamoDb() => new("AccessDeniedException", "User is not authorized to perform this.");

    private protected static AwsError Throttled() => new("ProvisionedThroughputExceededException", "The level of configured provisioned throughput was exceeded.");

    /// <summary>Ada's request as it is published, with something else in its detail.</summary>
    private protected static JsonObject AdasEvent(Action<JsonObject>? change = null)
    {
        var sample = DeployedSystem.Sample("erasure-requested.json");
        change?.Invoke(sample["Detail"]!.AsObject());
        return sample;
    }

    private protected Task<string> PublishAsync(string sample) => Live.PublishAsync(DeployedSystem.Sample(sample), Cancellation);

    /// <summary>The bucket of uploads refuses to be listed, until it is allowed.</summary>
    private protected void LockUploadsAway() => Live.Calls.Refuse("GET", Shop.Uploads, Denied());

    private protected Task<JsonObject> WaitingAsync() => Live.StatusAsync(detail => detail["waiting"] is not null, Cancellation);

    private protected Task<Holdings> AdaAsync() => Live.Shop.HoldingsAsync(Shop.Ada, Cancellation);

    private protected Task<Holdings> OtherAsync() => Live.Shop.HoldingsAsync(Shop.Other, Cancellation);

    /// <summary>What was asked of the shop's datastores to change, since it was seeded.</summary>
    private protected IReadOnlyList<CloudCall> ShopWrites() =>
        [.. Live.Calls.All.Where(call => call.IsWrite && (call.Concerns(Shop.Customers) || call.Concerns(Shop.Orders) || call.Concerns(Shop.Uploads)))];

    private protected int CountOf(string status) => Live.StatusEvents.Count(detail => (string?)detail["request_status"] == status);

    private protected static JsonNode OutcomeOf(JsonObject detail, string datastore) =>
        detail["outcomes"]!.AsArray().Single(outcome => (string?)outcome!["datastore"] == datastore)!;
}
