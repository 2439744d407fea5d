using System.Text;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.Datastores;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Ledger;

public sealed class RetentionTests(DynamoDbLocalProcess dynamoDb) : LedgerFixture(dynamoDb)
{
    private const string Store = "orders";

    private RetentionHistory History => new(DynamoDb, Requests, Cloud.Time);

    private RetentionReview Review => new(DynamoDb, Requests, Ledger, Cloud.Time);

    [Fact]
    public async Task The_lowest_retention_counts_for_as_long_as_a_backup_of_its_time_may_exist()
    {
        await RecordAsync(0, 35);
        await RecordAsync(10, 7);
        await RecordAsync(11, 7);
        await RecordAsync(12, 90);

        (await LowestAsync(sinceDay: 0, 90)).ShouldBe(7);
        (await LowestAsync(sinceDay: 11, 90)).ShouldBe(7, "seven days were in force on the eleventh");
        (await LowestAsync(sinceDay: 12, 90)).ShouldBe(90);
        (await LowestAsync(sinceDay: 20, 90)).ShouldBe(90);
    }

    [Fact]
    public async Task A_value_that_is_not_recorded_yet_counts_beside_what_was_last()
    {
        (await LowestAsync(sinceDay: 0, 35)).ShouldBe(35, "nothing was recorded");
        await RecordAsync(0, 35);

        (await LowestAsync(sinceDay: 1, 90)).ShouldBe(35, "the ledger's entries were not extended yet");
        (await LowestAsync(sinceDay: 1, 14)).ShouldBe(14);
    }

    [Fact]
    public async Task Of_another_datastore_nothing_is_learnt()
    {
        await RecordAsync(0, 7);

        (await History.LowestSinceAsync("customers", Start, 35, Cancellation)).ShouldBe(35);
    }

    [Fact]
    public async Task Raising_the_retention_extends_who_is_still_remembered_and_lowering_it_shortens_nobody()
    {
        await VerifyAsync("a", day: 0, days: 35);
        await VerifyAsync("b", day: 10, days: 35);
        await HourlyAsync(35);
        (await ExpiriesAsync("a", "b")).ShouldBe([35, 45]);

        await HourlyAsync(90);
        (await ExpiriesAsync("a", "b")).ShouldBe([90, 100]);
        await HourlyAsync(35);
        await HourlyAsync(60);
        (await ExpiriesAsync("a", "b")).ShouldBe([90, 100]);
    }

    [Fact]
    public async Task A_request_planned_before_the_retention_was_raised_is_extended_when_it_is_verified()
    {
        await HourlyAsync(90);
        await VerifyAsync("planned-long-ago", day: 3, days: 35);

        await HourlyAsync(90);

        (await ExpiriesAsync("planned-long-ago")).ShouldBe([93]);
    }

    [Fact]
    public async Task A_task_closed_unverified_is_remembered_for_longer_too_and_one_that_is_open_stays_open()
    {
        await Ledger.OpenAsync(Store, "closed", [1], Cancellation);
        await Ledger.CloseUnverifiedAsync(Store, "closed", Now.AddDays(35), Cancellation);
        await Ledger.OpenAsync(Store, "open", [1], Cancellation);

        await HourlyAsync(90);

        (await ExpiriesAsync("closed")).ShouldBe([90]);
        (await Ledger.GetAsync(Store, "open", Cancellation)).ShouldNotBeNull().ExpiresAt.ShouldBeNull();
    }

    [Fact]
    public async Task What_was_looked_at_is_not_looked_at_again_a_day_later()
    {
        await VerifyAsync("a", day: 0, days: 35);
        await HourlyAsync(35);
        await AdvanceToAsync(Start.AddDays(3));
        await HourlyAsync(35);
        Calls.Forget();

        await HourlyAsync(35);

        Calls.All.Where(call => call.Operation == "Query" && call.Body.Contains("#verified")).ShouldHaveSingleItem()
            .Body.ShouldContain(Items.InstantText(Start.AddDays(2)));
    }

    [Fact]
    public async Task An_interrupted_review_goes_on_and_one_datastores_failure_stops_no_other()
    {
        await VerifyAsync("a", day: 0, days: 35);
        await VerifyAsync("b", day: 1, days: 35);
        Calls.Refuse("PutItem", Table, new AwsError("AccessDeniedException", "No."), times: 1);

        await Should.ThrowAsync<WatchIncomplete>(() => HourlyAsync(90, "customers", Store));
        await HourlyAsync(90, "customers", Store);

        (await ExpiriesAsync("a", "b")).ShouldBe([90, 91]);
        (await History.LowestSinceAsync("customers", Start.AddDays(2), 90, Cancellation)).ShouldBe(90);
    }

    private async Task RecordAsync(int day, int days)
    {
        await AdvanceToAsync(Start.AddDays(day));
        await History.RecordAsync(Store, days, Cancellation);
    }

    private Task<int> LowestAsync(int sinceDay, int days) => History.LowestSinceAsync(Store, Start.AddDays(sinceDay), days, Cancellation);

    private async Task VerifyAsync(string request, int day, int days)
    {
        await AdvanceToAsync(Start.AddDays(day));
        await Ledger.OpenAsync(Store, request, Encoding.UTF8.GetBytes("sealed"), Cancellation);
        await Ledger.VerifyAsync(Store, request, Now, Now.AddDays(days), Cancellation);
    }

    private async Task HourlyAsync(int days, params string[] datastores)
    {
        var map = new DataMap
        {
            Controller = SampleProcessing.Controller,
            IdentityTypes = new Dictionary<string, IdentityTypeRules>(),
            Datastores = [.. (datastores.Length > 0 ? datastores : [Store]).Select(name => new DatastoreEntry
            {
                Name = name,
                Kind = "dynamodb",
                Location = $"arn:aws:dynamodb:eu-west-1:000000000000:table/{name}",
                Keys = [],
                Action = new ErasureAction { Kind = ErasureAction.Delete },
                BackupRetentionDays = days,
                Processing = SampleProcessing.Processing,
            })],
        };
        await new KeepMemory(History, Review, map, new Metrics(TextWriter.Null, Cloud.Time, "test"))
            .HandleAsync(new ScheduledEvent(), new Invocation("i", null, Now.AddMinutes(15)), Cancellation);
    }

    /// <summary>In days after the start.</summary>
    private async Task<IReadOnlyList<int>> ExpiriesAsync(params string[] requests)
    {
        var expiries = new List<int>();
        foreach (var request in requests)
            expiries.Add((int)((await Ledger.GetAsync(Store, request, Cancellation)).ShouldNotBeNull().ExpiresAt!.Value - Start).TotalDays);
        return expiries;
    }
}
