using System.Text;
using System.Text.Json;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Hosting;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Ledger;

public sealed class ErasureLedgerTests(DynamoDbLocalProcess dynamoDb) : LedgerFixture(dynamoDb)
{
    private const string Store = "orders";
    private const string Request = "8f14e45f-ceea-4c7a-9b3d-2f6a1c5d7e90-0a1b2c3d";
    private static readonly byte[] Sealed = Encoding.UTF8.GetBytes("sealed");

    [Fact]
    public async Task An_entry_is_opened_once_with_a_locked_copy_that_can_rebuild_it()
    {
        await OpenAsync();
        await AdvanceToAsync(Start.AddDays(1));
        await Ledger.OpenAsync(Store, Request, Encoding.UTF8.GetBytes("of a later attempt"), Cancellation);

        var entry = await EntryAsync();
        (entry.State, entry.At, entry.Revision, entry.ExpiresAt).ShouldBe(("open", Start, 0L, null));
        entry.Sealed.ShouldBe(Sealed);
        var copy = (await CopiesAsync()).ShouldHaveSingleItem();
        copy.Key.ShouldBe($"ledger/orders/{Request}/00-open.json");
        copy.Value.LockedUntil.ShouldBe(Start.AddDays(40));
        var read = JsonSerializer.Deserialize(copy.Value.Body, FunctionsJson.Default.LedgerCopy)!;
        (read.Datastore, read.RequestId, read.State, read.At, read.Revision, read.ExpiresAt).ShouldBe((Store, Request, "open", Start, 0L, null));
        read.Sealed.ShouldBe(Sealed);
    }

    [Fact]
    public async Task The_copy_comes_first_so_the_table_never_knows_more_than_the_bucket()
    {
        Calls.Refuse("PutItem", Table, new AwsError("AccessDeniedException", "No."));
        await Should.ThrowAsync<Amazon.DynamoDBv2.AmazonDynamoDBException>(OpenAsync);
        (await CopiesAsync()).Count.ShouldBe(1);
        (await Ledger.GetAsync(Store, Request, Cancellation)).ShouldBeNull();

        Calls.Allow();
        await OpenAsync();
        (await EntryAsync()).State.ShouldBe("open");

        Calls.Refuse("PUT", Bucket, new AwsError("AccessDenied", "No.", 403));
        await Should.ThrowAsync<Amazon.S3.AmazonS3Exception>(() => VerifyAsync(Start.AddDays(35)));
        (await EntryAsync()).State.ShouldBe("open");
    }

    [Fact]
    public async Task A_verified_entry_is_kept_to_the_very_end_of_its_retention_and_no_longer()
    {
        await OpenAsync();
        var expiry = Start.AddDays(35).AddMilliseconds(400);
        await VerifyAsync(expiry);

        (await EntryAsync()).State.ShouldBe("verified");
        (await CopiesAsync()).Values.ShouldAllBe(copy => copy.LockedUntil >= expiry);
        await AdvanceToAsync(expiry.AddMilliseconds(-1));
        (await EntryAsync()).At.ShouldBe(Start);
        (await ListAsync("verified", DateTimeOffset.MaxValue)).ShouldBe([Request]);

        await AdvanceToAsync(expiry.AddSeconds(1));
        (await Ledger.GetAsync(Store, Request, Cancellation)).ShouldBeNull();
        (await ListAsync("verified", DateTimeOffset.MaxValue)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Recording_the_same_verification_again_changes_nothing()
    {
        await OpenAsync();
        await VerifyAsync(Start.AddDays(35));
        await AdvanceToAsync(Start.AddDays(1));
        await Ledger.VerifyAsync(Store, Request, Start, Now.AddDays(35), Cancellation);
        await Ledger.VerifyAsync(Store, Request, Start.AddHours(-1), Now.AddDays(35), Cancellation);

        var entry = await EntryAsync();
        (entry.At, entry.Revision, entry.ExpiresAt).ShouldBe((Start, 1, Start.AddDays(35)));
        (await CopiesAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_later_verification_keeps_the_entry_for_longer_and_never_for_less()
    {
        await OpenAsync();
        await VerifyAsync(Start.AddDays(90));
        await AdvanceToAsync(Start.AddDays(60));
        await VerifyAsync(Start.AddDays(150));

        var entry = await EntryAsync();
        (entry.State, entry.At, entry.Revision, entry.ExpiresAt).ShouldBe(("verified", Start.AddDays(60), 2L, Start.AddDays(150)));
        var copies = await CopiesAsync();
        copies.Keys.Order().Select(key => key.Split('/')[^1]).ShouldBe(["00-open.json", "01-verified.json", "02-verified.json"]);
        copies.Values.ShouldAllBe(copy => copy.LockedUntil == Start.AddDays(150));

        await AdvanceToAsync(Start.AddDays(61));
        await VerifyAsync(Start.AddDays(100));
        entry = await EntryAsync();
        (entry.At, entry.ExpiresAt).ShouldBe((Start.AddDays(61), Start.AddDays(150)));
    }

    [Fact]
    public async Task A_held_entry_is_listed_when_its_exemption_ends_and_can_be_verified_then()
    {
        await OpenAsync();
        var ends = Start.AddYears(2);
        await Ledger.HoldAsync(Store, Request, ends, Start, Cancellation);

        (await ListAsync("held", ends.AddSeconds(-1))).ShouldBeEmpty();
        (await ListAsync("held", ends)).ShouldBe([Request]);
        await AdvanceToAsync(ends);
        (await EntryAsync()).ExpiresAt.ShouldBeNull("however long the exemption lasts");

        await VerifyAsync(ends.AddDays(35));
        (await EntryAsync()).State.ShouldBe("verified");
        (await CopiesAsync()).Keys.Order().Select(key => key.Split('/')[^1]).ShouldBe(["00-open.json", "01-held.json", "02-verified.json"]);
    }

    [Fact]
    public async Task An_entry_that_is_held_knows_when_the_rest_was_erased_and_when_it_came_to_be_so()
    {
        await OpenAsync();
        await AdvanceToAsync(Start.AddHours(2));
        await Ledger.HoldAsync(Store, Request, Start.AddYears(1), Start.AddHours(1), Cancellation);
        var entry = await EntryAsync();
        (entry.ErasedAt, entry.VerifiedAt, entry.KeptFrom).ShouldBe((Start.AddHours(1), Start.AddHours(1), Start.AddHours(1)));

        await Ledger.HoldAsync(Store, Request, Start.AddYears(1), null, Cancellation);
        entry = await EntryAsync();
        (entry.ErasedAt, entry.VerifiedAt, entry.KeptFrom).ShouldBe((Start.AddHours(1), null, Start.AddHours(2)), "nobody verified the rest again");

        await VerifyAsync(Start.AddYears(2));
        entry = await EntryAsync();
        (entry.ErasedAt, entry.VerifiedAt).ShouldBe((Start.AddHours(1), entry.At), "what came to be since the first time is nothing that they asked about");
    }

    [Fact]
    public async Task What_was_held_is_open_again_before_the_rest_of_it_is_erased()
    {
        await OpenAsync();
        await Ledger.HoldAsync(Store, Request, Start.AddDays(9), Start, Cancellation);
        await AdvanceToAsync(Start.AddDays(9));

        await Ledger.OpenAsync(Store, Request, Encoding.UTF8.GetBytes("of a later attempt"), Cancellation);
        await Ledger.OpenAsync(Store, Request, Encoding.UTF8.GetBytes("of a later attempt"), Cancellation);

        var entry = await EntryAsync();
        (entry.State, entry.At, entry.ErasedAt, entry.VerifiedAt, entry.ExpiresAt, entry.OpenedAt).ShouldBe(("open", Start.AddDays(9), Start, null, null, Start));
        entry.Sealed.ShouldBe(Sealed);
        (await CopiesAsync()).Keys.Order().Select(key => key.Split('/')[^1]).ShouldBe(["00-open.json", "01-held.json", "02-open.json"]);
    }

    [Fact]
    public async Task A_void_entry_is_as_good_as_none()
    {
        await OpenAsync();
        await Ledger.VoidAsync(Store, Request, Cancellation);

        (await Ledger.GetAsync(Store, Request, Cancellation)).ShouldBeNull();
        foreach (var state in new[] { "open", "verified", "held", "void" }) (await ListAsync(state, DateTimeOffset.MaxValue)).ShouldBeEmpty();
        await VerifyAsync(Start.AddDays(35));
        (await Ledger.GetAsync(Store, Request, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task An_entry_closed_unverified_stays_open_for_replays_until_it_expires()
    {
        await OpenAsync();
        await Ledger.CloseUnverifiedAsync(Store, Request, Start.AddDays(35), Cancellation);

        (await EntryAsync()).State.ShouldBe("open");
        (await ListAsync("open", DateTimeOffset.MaxValue)).ShouldBe([Request]);
        await AdvanceToAsync(Start.AddDays(35));
        (await ListAsync("open", DateTimeOffset.MaxValue)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_an_entry_nothing_is_verified()
    {
        await VerifyAsync(Start.AddDays(35));

        (await Ledger.GetAsync(Store, Request, Cancellation)).ShouldBeNull();
        (await CopiesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_two_changes_at_once_one_wins_and_the_other_is_to_be_repeated()
    {
        await OpenAsync();
        Calls.Before("PutItem", Table, _ => Ledger.HoldAsync(Store, Request, Start.AddDays(90), Start, Cancellation));

        var lost = await Should.ThrowAsync<LedgerChangedMeanwhile>(() => VerifyAsync(Start.AddDays(35)));

        lost.ShouldBeAssignableTo<TransientFailure>();
        (await EntryAsync()).State.ShouldBe("held");
    }

    [Fact]
    public async Task Renewing_moves_every_lock_and_nothing_else()
    {
        await OpenAsync();
        await Ledger.HoldAsync(Store, Request, Start.AddYears(1), Start, Cancellation);
        var before = await EntryAsync();
        await AdvanceToAsync(Start.AddDays(30));

        await Ledger.RenewLockAsync(Store, Request, Cancellation);

        var after = await EntryAsync();
        after.LockedUntil.ShouldBe(Start.AddDays(70));
        (after.State, after.At, after.Revision, after.ExpiresAt).ShouldBe((before.State, before.At, before.Revision, before.ExpiresAt));
        (await CopiesAsync()).Values.Select(copy => copy.LockedUntil).ShouldBe([Start.AddDays(70), Start.AddDays(70)]);
    }

    [Fact]
    public async Task What_is_held_again_and_again_is_locked_anew_only_when_the_locks_are_due()
    {
        await OpenAsync();
        for (var day = 1; day <= 20; day++)
        {
            await AdvanceToAsync(Start.AddDays(day));
            await Ledger.HoldAsync(Store, Request, Now.AddDays(1), Now, Cancellation);
        }

        Calls.All.ShouldNotContain(call => call.Path.Contains("retention", StringComparison.Ordinal));
        (await EntryAsync()).LockedUntil.ShouldBe(Start.AddDays(40));
        (await CopiesAsync()).Values.ShouldAllBe(copy => copy.LockedUntil == Start.AddDays(40));

        await AdvanceToAsync(Start.AddDays(21));
        await Ledger.HoldAsync(Store, Request, Now.AddDays(1), Now, Cancellation);

        (await EntryAsync()).LockedUntil.ShouldBe(Start.AddDays(61));
        var copies = await CopiesAsync();
        copies.Count.ShouldBe(22);
        copies.Values.ShouldAllBe(copy => copy.LockedUntil == Start.AddDays(61));
    }

    [Fact]
    public async Task A_renewed_lock_ends_with_the_entry_at_the_latest()
    {
        await OpenAsync();
        await Ledger.CloseUnverifiedAsync(Store, Request, Start.AddDays(50), Cancellation);
        await DynamoDb.PutItemAsync(Table, ((await EntryAsync()) with { LockedUntil = Start.AddDays(40) }).ToItem(), Cancellation);
        await AdvanceToAsync(Start.AddDays(30));

        await Ledger.RenewLockAsync(Store, Request, Cancellation);

        (await EntryAsync()).LockedUntil.ShouldBe(Start.AddDays(50));
        (await CopiesAsync()).Values.ShouldAllBe(copy => copy.LockedUntil == Start.AddDays(50));
    }

    [Fact]
    public async Task A_verified_entry_and_its_locks_are_extended_and_never_shortened()
    {
        await OpenAsync();
        await VerifyAsync(Start.AddDays(35));
        await AdvanceToAsync(Start.AddDays(30));

        (await Ledger.ExtendAsync(Store, Request, Start.AddDays(65), Cancellation)).ShouldBeTrue();
        (await Ledger.ExtendAsync(Store, Request, Start.AddDays(65), Cancellation)).ShouldBeFalse("it was done already");
        (await Ledger.ExtendAsync(Store, Request, Start.AddDays(50), Cancellation)).ShouldBeFalse("that is less");

        var entry = await EntryAsync();
        (entry.State, entry.At, entry.OpenedAt, entry.KeptFrom, entry.ExpiresAt).ShouldBe(("verified", Start, Start, Start.AddDays(30), Start.AddDays(65)));
        var copies = await CopiesAsync();
        copies.Count.ShouldBe(3);
        copies.Values.ShouldAllBe(copy => copy.LockedUntil == Start.AddDays(65));
        copies.Values.Select(copy => JsonSerializer.Deserialize(copy.Body, FunctionsJson.Default.LedgerCopy)!.ExpiresAt).Max().ShouldBe(Start.AddDays(65));
    }

    [Fact]
    public async Task Only_what_expires_and_has_not_yet_is_extended()
    {
        (await ExtendAsync()).ShouldBeFalse("there is no entry");
        await OpenAsync();
        (await ExtendAsync()).ShouldBeFalse("it does not expire");
        await Ledger.CloseUnverifiedAsync(Store, Request, Start.AddDays(35), Cancellation);
        (await ExtendAsync()).ShouldBeTrue();
        (await EntryAsync()).State.ShouldBe("open");
        await AdvanceToAsync(Start.AddDays(65));
        (await ExtendAsync()).ShouldBeFalse("it is expired");

        Task<bool> ExtendAsync() => Ledger.ExtendAsync(Store, Request, Now.AddDays(65), Cancellation);
    }

    [Fact]
    public async Task A_void_entry_is_not_brought_back_by_extending_it()
    {
        await OpenAsync();
        await Ledger.VoidAsync(Store, Request, Cancellation);

        (await Ledger.ExtendAsync(Store, Request, Start.AddDays(65), Cancellation)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_copy_that_an_extension_left_behind_when_it_failed_does_not_stand_for_a_longer_one()
    {
        await OpenAsync();
        await VerifyAsync(Start.AddDays(35));
        Calls.Refuse("PutItem", Table, new AwsError("AccessDeniedException", "No."));
        await Should.ThrowAsync<Amazon.DynamoDBv2.AmazonDynamoDBException>(() => Ledger.ExtendAsync(Store, Request, Start.AddDays(50), Cancellation));
        Calls.Allow();

        await Ledger.ExtendAsync(Store, Request, Start.AddDays(65), Cancellation);

        (await CopiesAsync()).Values.Select(copy => JsonSerializer.Deserialize(copy.Body, FunctionsJson.Default.LedgerCopy)!.ExpiresAt)
            .ShouldContain(Start.AddDays(65));
    }

    [Fact]
    public async Task A_longer_retention_of_backups_counts_from_when_the_person_may_last_have_been_in_one()
    {
        await OpenAsync();
        await VerifyAsync(Start.AddDays(35));
        (await Ledger.ExtendToRetentionAsync(Store, Request, 35, Cancellation)).ShouldBeFalse();
        await AdvanceToAsync(Start.AddDays(10));
        await Ledger.ExtendAsync(Store, Request, Start.AddDays(45), Cancellation);
        await AdvanceToAsync(Start.AddDays(20));

        (await Ledger.ExtendToRetentionAsync(Store, Request, 90, Cancellation)).ShouldBeTrue();
        (await EntryAsync()).ExpiresAt.ShouldBe(Start.AddDays(100), "a copy held the person on the tenth day");
        (await Ledger.ExtendToRetentionAsync(Store, Request, 90, Cancellation)).ShouldBeFalse();
    }

    [Fact]
    public async Task Pages_lead_through_the_entries_of_a_state_in_the_order_in_which_they_reached_it()
    {
        foreach (var day in Enumerable.Range(0, 5))
        {
            await AdvanceToAsync(Start.AddDays(day));
            await Ledger.OpenAsync(Store, $"r{day}", Sealed, Cancellation);
            await Ledger.VerifyAsync(Store, $"r{day}", Now, Start.AddDays(day == 2 ? 5 : 35), Cancellation);
        }

        await Ledger.OpenAsync("customers", "other", Sealed, Cancellation);
        (await PagesAsync("verified", null)).ShouldBe([["r0", "r1"], ["r2", "r3"], ["r4"]]);
        (await PagesAsync("verified", Start.AddDays(1))).ShouldBe([["r1", "r2"], ["r3", "r4"], []]);
        (await PagesAsync("open", null)).ShouldBe([[]]);

        await AdvanceToAsync(Start.AddDays(6));
        (await PagesAsync("verified", Start.AddDays(2))).ShouldBe([["r3"], ["r4"]]);
    }

    [Fact]
    public async Task A_page_says_what_a_replay_is_planned_from()
    {
        await OpenAsync();
        await AdvanceToAsync(Start.AddDays(1));
        await VerifyAsync(Start.AddDays(36));

        var page = await Ledger.ReadPageAsync(Store, "verified", null, null, 10, Cancellation);

        page.Next.ShouldBeNull();
        page.Entries.ShouldHaveSingleItem().ShouldBe(new LedgerReference(
            Store, Request, "verified", Start.AddDays(1), Start.AddDays(36), OpenedAt: Start, KeptFrom: Start.AddDays(1), LockedUntil: Start.AddDays(40)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64 url!")]
    [InlineData("e30")]
    public async Task A_position_that_the_ledger_did_not_give_is_refused(string position) =>
        await Should.ThrowAsync<InvalidInput>(() => Ledger.ReadPageAsync(Store, "open", null, position, 10, Cancellation));

    [Fact]
    public async Task An_entry_knows_the_versions_of_its_copies_even_when_they_were_written_by_an_invocation_that_failed()
    {
        Calls.Refuse("PutItem", Table, new AwsError("AccessDeniedException", "No."));
        await Should.ThrowAsync<Amazon.DynamoDBv2.AmazonDynamoDBException>(OpenAsync);
        Calls.Allow();
        await OpenAsync();
        await VerifyAsync(Start.AddDays(35));

        var versions = (await CopiesAsync()).ToDictionary(copy => copy.Key.Split('/')[^1], copy => copy.Value.VersionId);
        (await EntryAsync()).Copies.ToDictionary(copy => $"{copy.Key}.json", copy => copy.Value).ShouldBe(versions, ignoreOrder: true);
    }

    private Task OpenAsync() => Ledger.OpenAsync(Store, Request, Sealed, Cancellation);

    private Task VerifyAsync(DateTimeOffset expiresAt) => Ledger.VerifyAsync(Store, Request, Now, expiresAt, Cancellation);

    private async Task<LedgerEntry> EntryAsync() => (await Ledger.GetAsync(Store, Request, Cancellation)).ShouldNotBeNull();

    private async Task<IReadOnlyList<IReadOnlyList<string>>> PagesAsync(string state, DateTimeOffset? from)
    {
        var pages = new List<IReadOnlyList<string>>();
        string? position = null;
        do
        {
            var page = await Ledger.ReadPageAsync(Store, state, from, position, limit: 2, Cancellation);
            pages.Add([.. page.Entries.Select(entry => entry.RequestId)]);
            position = page.Next;
        }
        while (position is not null);

        return pages;
    }

    private async Task<IReadOnlyList<string>> ListAsync(string state, DateTimeOffset until)
    {
        var listed = new List<string>();
        await foreach (var entry in Ledger.ListAsync(Store, state, until, Cancellation)) listed.Add(entry.RequestId);
        return listed;
    }
}
