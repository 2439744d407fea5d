using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.EndToEnd;
using Shouldly;
using Xunit;

[assembly: AssemblyFixture(typeof(SynthesizedSystem))]

namespace ServerlessGdpr.Tests.EndToEnd;

public sealed class ErasureTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_person_is_erased_everywhere_and_nobody_else_is_touched()
    {
        await using var system = await DeployedSystem.StartAsync(app, dynamoDb, Cancellation);
        await system.Shop.SeedAsync(Cancellation);

        await system.PublishAsync(DeployedSystem.Sample("erasure-requested.json"), Cancellation);
        var completed = await system.StatusAsync("completed", Cancellation);

        (await system.Shop.HoldingsAsync(Shop.Ada, Cancellation)).ShouldBe(Holdings.Nothing);
        (await system.Shop.HoldingsAsync(Shop.Other, Cancellation)).ShouldBe(Holdings.Everything);
        completed["outcomes"]!.AsArray().Select(outcome => ((string?)outcome!["datastore"], (long?)outcome["erased"], (long?)outcome["remaining"]))
            .ShouldBe([("customers", 1, 0), ("orders", 3, 0), ("uploads", 4, 0)], ignoreOrder: true);
        ((string?)completed["backups_expire_by"]).ShouldBe("2026-12-28");
    }
}
