using System.Globalization;
using System.Text;
using ServerlessGdpr.Local.CloudFormation;
using ServerlessGdpr.Local.Demo;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Logs;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>P2: identifiers stay in the vault and the ledger, and are ciphertext there.</summary>
public sealed class PersonalDataTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : SystemTest(app, dynamoDb)
{
    /// <summary>Written in the second sample event in another case and with a space.</summary>
    private const string Callback = "https://shop.example.com/privacy/callbacks";

    private static readonly Identifiers Searched = new(
        Shop.Ada.CustomerId, Shop.Ada.Email, Shop.Other.CustomerId, "C-1077", "Tomasz.Okafor@Example.com ", "tomasz.okafor@example.com", Callback);

    [Fact]
    public async Task Nothing_that_the_system_writes_names_a_person()
    {
        await HappenAsync();

        var written = await EverythingWrittenAsync();

        written.Where(piece => Searched.AreIn(piece.Text)).Select(piece => $"{piece.Place}: {piece.Text}").ShouldBeEmpty();
        written.Select(piece => piece.Place).Distinct().ShouldBe(
            ["execution", "log", "status event", "requests", "ledger", "evidence", "vault"], ignoreOrder: true, "every place was looked into");
    }

    [Theory]
    [InlineData("ada.lindqvist@example.com")]
    [InlineData("<ADA.Lindqvist@example.com>")]
    [InlineData("key=ada.lindqvist%40example.com&")]
    [InlineData("C-1042/id.txt")]
    [InlineData("{\"S\":\"YWRhLmxpbmRxdmlzdEBleGFtcGxlLmNvbQ==\"}")]
    [InlineData("eyJjdXN0b21lcl9pZCI6IkMtMTA0MiJ9")]
    public void A_person_is_found_in_whatever_spelling(string text) => Searched.AreIn(text).ShouldBeTrue();

    /// <summary>All that commonly happens, and the failures with their messages.</summary>
    private async Task HappenAsync()
    {
        LockUploadsAway();
        await Live.PublishAsync(AdasEvent(detail => detail["subject_identities"]![1]!["identity_format"] = "Ada"), Cancellation);
        await Live.PublishAsync(AdasEvent(detail => detail["ada.lindqvist@example.com"] = "C-1042"), Cancellation);
        await PublishAsync("erasure-requested.json");
        // The first of two that conflict is the one that counts.
        await Live.SettleAsync(Cancellation);
        await PublishAsync("rejected/conflict.json");
        await PublishAsync("erasure-dry-run.json");
        await PublishAsync("erasure-requested-another-person.json");
        await Live.AdvanceAsync(TimeSpan.FromHours(2), Cancellation);
        Live.StatusEvents.Count(detail => detail["waiting"] is not null).ShouldBe(3);

        Live.Calls.Allow();
        Live.Calls.Refuse("DELETE", Shop.Uploads, Denied());
        Live.Calls.Refuse("POST", Shop.Uploads, new("InternalError", $"Could not delete customers/{Shop.Ada.CustomerId}/id.txt", 500), times: 30);
        await PublishAsync("operator-decided-retry.json");
        await Live.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);
        CountOf("rejected").ShouldBeGreaterThanOrEqualTo(2);
        CountOf("completed").ShouldBe(1);
    }

    private async Task<IReadOnlyList<(string Place, string Text)>> EverythingWrittenAsync()
    {
        var written = new List<(string, string)>();
        foreach (var run in await Live.ExecutionsAsync(Cancellation)) written.AddRange(run.Events.Select(happened => ("execution", Readable(happened.ToJsonString()))));
        written.AddRange(Live.Cloud.Get<LogStore>().Groups.SelectMany(group => group.Lines).Select(line => ("log", Readable(line.Text))));
        written.AddRange(Live.StatusEvents.Select(detail => ("status event", Readable(detail.ToJsonString()))));
        written.AddRange((await Live.Stores.RequestRowsAsync(Cancellation)).Select(row => ("requests", Readable($"{row.Key} {row.Content}"))));
        written.AddRange((await Live.Stores.VaultItemsAsync(Cancellation)).Select(item => ("vault", Readable($"{item.Key} {item.Content}"))));
        written.AddRange((await Live.Stores.LedgerItemsAsync(Cancellation)).Select(item => ("ledger", Readable($"{item.Key} {item.Content}"))));
        written.AddRange((await Live.Stores.EvidenceAsync(Cancellation)).Select(item => ("evidence", Readable($"{item.Key} {item.Content}"))));
        foreach (var queue in Live.Cloud.Get<Deployments>().OfType("AWS::SQS::Queue"))
            (await Live.CountMessagesAsync(queue, Cancellation)).ShouldBe(0, queue.LogicalId);
        return written;
    }

    /// <summary>With JSON's escapes undone, so that they hide nothing.</summary>
    private static string Readable(string text)
    {
        var readable = new StringBuilder(text);
        for (var at = text.LastIndexOf("\\u", StringComparison.Ordinal); at >= 0; at = at == 0 ? -1 : text.LastIndexOf("\\u", at - 1, StringComparison.Ordinal))
        {
            if (at + 6 > text.Length || !int.TryParse(text.AsSpan(at + 2, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code)) continue;
            readable.Remove(at, 6).Insert(at, (char)code);
        }

        return readable.ToString();
    }
}
