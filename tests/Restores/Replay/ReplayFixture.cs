using System.Text;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Copies;
using ServerlessGdpr.Functions.Restores.Replay;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Ledger;
using ServerlessGdpr.Tests.Requests;

namespace ServerlessGdpr.Tests.Restores.Replay;

/// <summary>A table that was restored from a backup of the customers' of yesterday, and the stores that its replay works with.</summary>
public abstract class ReplayFixture(DynamoDbLocalProcess dynamoDb) : LedgerFixture(dynamoDb)
{
    private protected const string Store = "customers";
    private protected const string Pages = "pages";
    private protected const string RestoreName = "restore-1";
    private protected const string Source = "arn:aws:dynamodb:eu-west-1:000000000000:table/shop-customers";
    private protected const string CopyArn = "arn:aws:dynamodb:eu-west-1:000000000000:table/shop-customers-restored-1";

    private protected static readonly DateTimeOffset AsOfBackup = Start.AddDays(-1);

    private protected RestoreStore Restores => new(DynamoDb, Requests);

    private protected CopyStore Copies => new(DynamoDb, Requests, [Store]);

    private protected ReplayPages ReplayPages => new(S3, Pages);

    private protected FakeEvents Events { get; } = new();

    private protected RestoreStatusEvents StatusEvents => new(Events, "bus");

    private protected Metrics Metrics => new(TextWriter.Null, Cloud.Time, "serverless-gdpr");

    private protected Invocation Invocation => new("invocation-1", null, Now.AddMinutes(1));

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await S3.PutBucketAsync(Pages, Cancellation);
    }

    private protected static RestoreRecord Announced() => new()
    {
        RestoreId = RestoreName,
        Restore = new Restore
        {
            AnnouncedBy = Announcers.CloudTrail,
            Account = "000000000000",
            Region = "eu-west-1",
            Service = "dynamodb",
            Target = new(CopyArn, "table-1", InPlace: false),
            SourceArn = Source,
            AsOf = AsOf.Known(AsOfBackup, AsOfConfidence.Stated),
            StartedAt = Start,
            AnnouncedAt = Start,
        },
        Datastores = [Store],
        Status = RestoreStatuses.InProgress,
    };

    /// <summary>At the start of its first sweep.</summary>
    private protected static RestoreRecord Sweeping() => (Announced() with { IsResolved = true, EffectiveAsOf = AsOfBackup, RegisteredAt = Start }).BeginSweep(Start, failed: false);

    private protected Task<RestoreRecord> SaveAsync(RestoreRecord record) => Restores.SaveAsync(record, Cancellation);

    private protected async Task<RestoreRecord> RecordAsync(string restoreId = RestoreName) =>
        await Restores.GetAsync(restoreId, Cancellation) ?? throw new InvalidOperationException("There is no such restore.");

    private protected async Task OpenAsync(params IEnumerable<string> people)
    {
        foreach (var person in people) await Ledger.OpenAsync(Store, person, Encoding.UTF8.GetBytes("sealed"), Cancellation);
    }

    private protected async Task VerifyAsync(string person, DateTimeOffset at, DateTimeOffset? expires = null)
    {
        await OpenAsync(person);
        await Ledger.VerifyAsync(Store, person, at, expires ?? at.AddDays(35), Cancellation);
    }

    private protected Task PutPageAsync(string key, string content) =>
        S3.PutObjectAsync(new Amazon.S3.Model.PutObjectRequest { BucketName = Pages, Key = key, ContentBody = content }, Cancellation);
}
