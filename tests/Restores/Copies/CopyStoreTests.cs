using ServerlessGdpr.Functions.Restores.Copies;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Restores.Copies;

public sealed class CopyStoreTests(DynamoDbLocalProcess dynamoDb) : IAsyncLifetime
{
    private const string Arn = "arn:aws:dynamodb:eu-west-1:000000000000:table/shop-customers-restored-1";
    private const string Bucket = "arn:aws:s3:::shop-uploads";
    private static readonly DateTimeOffset Noon = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);
    private DynamoDbFixture? fixture;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private CopyStore Store => new(fixture!.Client, DynamoDbFixture.Requests, ["customers", "orders", "uploads"]);

    public async ValueTask InitializeAsync() => fixture = await DynamoDbFixture.CreateAsync(dynamoDb, Cancellation);

    public ValueTask DisposeAsync() => fixture!.DisposeAsync();

    [Fact]
    public async Task A_registered_copy_is_listed_as_it_was_registered()
    {
        var copy = Copy() with { CleanAt = Noon.AddMinutes(9) };

        await Store.RegisterAsync(copy, Cancellation);

        (await Store.ListAsync("customers", Cancellation)).ShouldHaveSingleItem().ShouldBe(copy);
        (await Store.ListAsync("orders", Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_copy_without_id_or_known_instant_comes_back_so()
    {
        var copy = Copy() with { Arn = "arn:aws:s3:::shop-uploads-copy", ResourceId = null, EffectiveAsOf = null };

        await Store.RegisterAsync(copy, Cancellation);

        (await Store.ListAsync("customers", Cancellation)).ShouldHaveSingleItem().ShouldBe(copy);
    }

    [Fact]
    public async Task Registering_again_what_is_clean_changes_nothing_and_leaves_it_clean()
    {
        await Store.RegisterAsync(Copy(), Cancellation);
        await Store.SetCleanAsync("customers", Arn, "table-1", "restore-1", Noon.AddHours(1), Cancellation);

        await Store.RegisterAsync(Copy() with { RegisteredAt = Noon.AddHours(2), CleanAt = Noon.AddHours(1) }, Cancellation);

        (await OnlyAsync()).ShouldBe(Copy() with { CleanAt = Noon.AddHours(1) });
    }

    [Fact]
    public async Task The_earliest_registration_counts_in_whichever_order_they_come()
    {
        await Store.RegisterAsync(Copy(), Cancellation);
        await Store.RegisterAsync(Copy() with { RegisteredAt = Noon.AddSeconds(-1) }, Cancellation);
        await Store.RegisterAsync(Copy() with { RegisteredAt = Noon.AddSeconds(1) }, Cancellation);

        (await OnlyAsync()).RegisteredAt.ShouldBe(Noon.AddSeconds(-1));
    }

    [Fact]
    public async Task A_lower_instant_wins_and_the_copy_is_clean_no_longer()
    {
        await Store.RegisterAsync(Copy(), Cancellation);
        await Store.SetCleanAsync("customers", Arn, "table-1", "restore-1", Noon.AddHours(1), Cancellation);

        await Store.RegisterAsync(Copy() with { EffectiveAsOf = Noon.AddDays(-3) }, Cancellation);
        await Store.RegisterAsync(Copy() with { EffectiveAsOf = Noon.AddDays(-1) }, Cancellation);

        (await OnlyAsync()).ShouldBe(Copy() with { EffectiveAsOf = Noon.AddDays(-3) });
    }

    [Fact]
    public async Task An_unknown_instant_is_lower_than_every_other_and_stays()
    {
        await Store.RegisterAsync(Copy(), Cancellation);
        await Store.SetCleanAsync("customers", Arn, "table-1", "restore-1", Noon.AddHours(1), Cancellation);
        await Store.RegisterAsync(Copy() with { EffectiveAsOf = null }, Cancellation);

        (await OnlyAsync()).ShouldBe(Copy() with { EffectiveAsOf = null });

        await Store.SetCleanAsync("customers", Arn, "table-1", "restore-1", Noon.AddHours(2), Cancellation);
        await Store.RegisterAsync(Copy() with { EffectiveAsOf = null, CleanAt = Noon.AddHours(2) }, Cancellation);
        await Store.RegisterAsync(Copy() with { EffectiveAsOf = Noon.AddYears(-1), CleanAt = Noon.AddHours(2) }, Cancellation);

        (await OnlyAsync()).ShouldBe(Copy() with { EffectiveAsOf = null, CleanAt = Noon.AddHours(2) });
    }

    [Fact]
    public async Task Another_restore_into_the_same_resource_makes_an_end_of_its_being_clean()
    {
        await Store.RegisterAsync(Copy(), Cancellation);
        await Store.SetCleanAsync("customers", Arn, "table-1", "restore-1", Noon.AddHours(1), Cancellation);

        await Store.RegisterAsync(Copy() with { RestoreId = "another", EffectiveAsOf = Noon }, Cancellation);

        (await OnlyAsync()).ShouldBe(Copy() with { RestoreId = "another" });
    }

    [Theory]
    [InlineData("restore-1", "another")]
    [InlineData("another", "restore-1")]
    public async Task Of_two_restores_into_one_copy_the_one_that_is_clean_last_makes_it_clean(string first, string last)
    {
        await Store.RegisterAsync(Copy(), Cancellation);
        await Store.RegisterAsync(Copy() with { RestoreId = "another" }, Cancellation);

        await Store.SetCleanAsync("customers", Arn, "table-1", first, Noon.AddHours(1), Cancellation);
        (await OnlyAsync()).CleanAt.ShouldBeNull();
        (await Store.UncleanAsync(Arn, Cancellation)).ShouldBe([last]);

        await Store.SetCleanAsync("customers", Arn, "table-1", last, Noon.AddHours(2), Cancellation);
        await Store.SetCleanAsync("customers", Arn, "table-1", first, Noon.AddHours(1), Cancellation);
        (await OnlyAsync()).CleanAt.ShouldBe(Noon.AddHours(2));
        (await Store.UncleanAsync(Arn, Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_restore_that_never_came_clean_keeps_the_copy_from_being_clean_whatever_is_restored_into_it_later()
    {
        await Store.RegisterAsync(Copy(), Cancellation);
        await Store.RegisterAsync(Copy() with { RestoreId = "another" }, Cancellation);

        await Store.SetCleanAsync("customers", Arn, "table-1", "another", Noon.AddDays(30), Cancellation);

        (await OnlyAsync()).CleanAt.ShouldBeNull();
    }

    [Fact]
    public async Task A_finding_reopens_a_clean_copy()
    {
        await Store.RegisterAsync(Copy(), Cancellation);
        await Store.SetCleanAsync("customers", Arn, "table-1", "restore-1", Noon.AddHours(1), Cancellation);
        await Store.ReopenAsync("customers", Arn, "table-1", "restore-1", Cancellation);

        (await OnlyAsync()).CleanAt.ShouldBeNull();
    }

    [Fact]
    public async Task A_copy_that_was_removed_is_not_brought_back_by_a_late_word_that_it_is_clean()
    {
        await Store.RegisterAsync(Copy(), Cancellation);
        await Store.RemoveAsync("customers", Arn, "table-1", Noon, null, Cancellation);
        await Store.RemoveAsync("customers", Arn, "table-1", Noon, null, Cancellation);

        await Store.SetCleanAsync("customers", Arn, "table-1", "restore-1", Noon, Cancellation);
        await Store.ReopenAsync("customers", Arn, "table-1", "restore-1", Cancellation);

        (await Store.ListAsync("customers", Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_removed_stays_known_for_its_backups()
    {
        await Store.RegisterAsync(Copy(), Cancellation);
        await Store.RemoveAsync("customers", Arn, "table-1", Noon, null, Cancellation);
        await Store.RemoveAsync("customers", Arn, "table-1", Noon.AddHours(1), null, Cancellation);

        (await Store.DatastoresOfAsync(Arn, Cancellation)).ShouldBe(["customers"]);
        (await Store.AtAsync(Arn, Cancellation)).ShouldHaveSingleItem().ShouldBe(Copy() with { RemovedAt = Noon });
    }

    [Fact]
    public async Task What_was_removed_expires_when_its_last_backup_has_and_never_before()
    {
        await Store.RegisterAsync(Copy(), Cancellation);
        await Store.RemoveAsync("customers", Arn, "table-1", Noon, Noon.AddDays(35).AddMilliseconds(1), Cancellation);

        (await RemovedAsync()).ExpiresAt.ShouldBe(Noon.AddDays(35).AddSeconds(1), "time to live counts whole seconds");
    }

    [Theory]
    [InlineData(40, 40)]
    [InlineData(30, 35)]
    public async Task Where_backups_are_kept_for_longer_since_it_expires_later_and_never_sooner(int retentionDays, int expectedDays)
    {
        await Store.RegisterAsync(Copy(), Cancellation);
        await Store.RemoveAsync("customers", Arn, "table-1", Noon, Noon.AddDays(35), Cancellation);

        await Store.KeepRemovedAsync("customers", TimeSpan.FromDays(retentionDays), Cancellation);

        (await RemovedAsync()).ExpiresAt.ShouldBe(Noon.AddDays(expectedDays));
    }

    [Fact]
    public async Task What_was_removed_without_an_end_and_what_was_not_removed_never_expires()
    {
        await Store.RegisterAsync(Copy(), Cancellation);
        await Store.RegisterAsync(Copy() with { ResourceId = "table-2" }, Cancellation);
        await Store.RemoveAsync("customers", Arn, "table-1", Noon, null, Cancellation);

        await Store.KeepRemovedAsync("customers", TimeSpan.FromDays(35), Cancellation);

        (await Store.AtAsync(Arn, Cancellation)).Select(copy => copy.ExpiresAt).ShouldBe([null, null]);
    }

    [Fact]
    public async Task A_table_restored_again_under_its_old_name_is_another_copy()
    {
        await Store.RegisterAsync(Copy(), Cancellation);
        await Store.RegisterAsync(Copy() with { ResourceId = "table-2", RestoreId = "another" }, Cancellation);

        (await Store.AtAsync(Arn, Cancellation)).Select(copy => copy.ResourceId).ShouldBe(["table-1", "table-2"]);

        await Store.RemoveAsync("customers", Arn, "table-1", Noon, null, Cancellation);
        (await Store.ListAsync("customers", Cancellation)).ShouldHaveSingleItem().ResourceId.ShouldBe("table-2");
    }

    [Fact]
    public async Task A_copy_that_was_removed_may_be_registered_again()
    {
        await Store.RegisterAsync(Copy(), Cancellation);
        await Store.RemoveAsync("customers", Arn, "table-1", Noon, Noon.AddDays(35), Cancellation);
        await Store.RegisterAsync(Copy(), Cancellation);

        (await OnlyAsync()).ShouldBe(Copy(), "it does not expire either");
    }

    [Fact]
    public async Task A_resource_may_be_a_copy_of_several_datastores_and_a_longer_name_is_another_resource()
    {
        await Store.RegisterAsync(Copy(), Cancellation);
        await Store.RegisterAsync(Copy() with { Datastore = "orders" }, Cancellation);
        await Store.RegisterAsync(Copy() with { Datastore = "uploads", Arn = $"{Arn}0" }, Cancellation);

        (await Store.DatastoresOfAsync(Arn, Cancellation)).ShouldBe(["customers", "orders"]);
        (await Store.DatastoresOfAsync($"{Arn}0", Cancellation)).ShouldBe(["uploads"]);
        (await Store.DatastoresOfAsync("arn:aws:dynamodb:eu-west-1:000000000000:table/shop-customers", Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_restored_in_place_is_no_copy_and_no_copys_mark_depends_on_it_but_its_backups_do()
    {
        await Store.RegisterAsync(InPlace(), Cancellation);

        (await Store.ListAsync("uploads", Cancellation)).ShouldBeEmpty();
        (await Store.UncleanAsync(Bucket, Cancellation)).ShouldBeEmpty();
        (await Store.AtAsync(Bucket, Cancellation)).ShouldHaveSingleItem().ShouldBe(InPlace());

        await Store.SetCleanAsync("uploads", Bucket, "restore-1", "restore-1", Noon.AddHours(1), Cancellation);
        (await Store.AtAsync(Bucket, Cancellation)).ShouldHaveSingleItem().ShouldBe(InPlace() with { CleanAt = Noon.AddHours(1) });
    }

    [Fact]
    public async Task What_was_restored_in_place_is_known_until_the_last_backup_from_before_it_was_clean_has_aged_out()
    {
        await Store.RegisterAsync(InPlace(), Cancellation);
        await Store.KeepRemovedAsync("uploads", TimeSpan.FromDays(35), Cancellation);
        (await InPlaceAsync()).ExpiresAt.ShouldBeNull("it is not clean yet");

        await Store.SetCleanAsync("uploads", Bucket, "restore-1", "restore-1", Noon.AddHours(1), Cancellation);
        await Store.KeepRemovedAsync("uploads", TimeSpan.FromDays(35), Cancellation);
        (await InPlaceAsync()).ExpiresAt.ShouldBe(Noon.AddHours(1).AddDays(35));
        await Store.KeepRemovedAsync("uploads", TimeSpan.FromDays(40), Cancellation);
        await Store.KeepRemovedAsync("uploads", TimeSpan.FromDays(30), Cancellation);
        (await InPlaceAsync()).ExpiresAt.ShouldBe(Noon.AddHours(1).AddDays(40));

        await Store.ReopenAsync("uploads", Bucket, "restore-1", "restore-1", Cancellation);
        (await InPlaceAsync()).ShouldBe(InPlace(), "a later sweep found something");
    }

    [Fact]
    public async Task A_copy_that_was_removed_expires_though_a_finding_reopens_it()
    {
        await Store.RegisterAsync(Copy(), Cancellation);
        await Store.RemoveAsync("customers", Arn, "table-1", Noon, Noon.AddDays(35), Cancellation);
        await Store.ReopenAsync("customers", Arn, "table-1", "restore-1", Cancellation);

        (await RemovedAsync()).ExpiresAt.ShouldBe(Noon.AddDays(35));
    }

    private async Task<RestoredCopy> InPlaceAsync() => (await Store.AtAsync(Bucket, Cancellation)).ShouldHaveSingleItem();

    private static RestoredCopy InPlace() => Copy() with { Datastore = "uploads", Arn = Bucket, ResourceId = "restore-1", InPlaceFrom = Noon.AddHours(-1) };

    private async Task<RestoredCopy> OnlyAsync() => (await Store.ListAsync("customers", Cancellation)).ShouldHaveSingleItem();

    private async Task<RestoredCopy> RemovedAsync() => (await Store.AtAsync(Arn, Cancellation)).ShouldHaveSingleItem();

    private static RestoredCopy Copy() => new()
    {
        Datastore = "customers",
        Arn = Arn,
        ResourceId = "table-1",
        RestoreId = "restore-1",
        EffectiveAsOf = Noon.AddDays(-2),
        RegisteredAt = Noon,
    };
}
