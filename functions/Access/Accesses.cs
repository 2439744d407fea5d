using System.Globalization;
using ServerlessGdpr.Functions.Access.Bundle;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Aws;

namespace ServerlessGdpr.Functions.Access;

/// <summary>The functions of the workflow <c>access</c>, and the one that operators hand bundles out with.</summary>
internal static class Accesses
{
    public static IEnumerable<HandlerRegistration> Handlers =>
    [
        HandlerRegistration.Of(
            HandlerNames.PlanAccess,
            [Setting.RequestsTable, Setting.EventBus],
            json => json.PlanRequest,
            json => json.AccessState,
            c => new PlanAccess(c.Requests, Tasks(c), c.DataMap, c.Turns, c.StatusEvents, c.Time)),
        HandlerRegistration.Of(
            HandlerNames.RecordExports,
            [Setting.RequestsTable],
            json => json.RecordExportsRequest,
            json => json.AccessState,
            c => new RecordExports(c.Requests, Tasks(c), c.Time)),
        HandlerRegistration.Of(
            HandlerNames.PackageBundle,
            [Setting.RequestsTable, Setting.ExportBucket, Setting.BundleDays],
            json => json.CompleteRequestInput,
            json => json.Acknowledged,
            c => new PackageBundle(
                c.Requests,
                Tasks(c),
                Erasures(c),
                c.DataMap,
                new ExportedData(c.Aws.S3, c.Settings[Setting.ExportBucket]),
                new ObjectUpload(c.Aws.S3, c.Settings[Setting.ExportBucket]),
                int.Parse(c.Settings[Setting.BundleDays], CultureInfo.InvariantCulture),
                c.Time)),
        HandlerRegistration.Of(
            HandlerNames.CompleteAccess,
            [Setting.RequestsTable, Setting.VaultTable, Setting.EvidenceBucket, Setting.ExportBucket, Setting.EventBus],
            json => json.CompleteRequestInput,
            json => json.Acknowledged,
            c => new CompleteAccess(c.Requests, Tasks(c), Erasures(c), c.Order, c.Evidence, Exports(c), c.VaultEntries, c.StatusEvents, c.Time)),
        HandlerRegistration.Of(
            HandlerNames.LinkBundle,
            [Setting.RequestsTable, Setting.EvidenceBucket, Setting.ExportBucket],
            json => json.LinkRequest,
            json => json.BundleLink,
            c => new LinkBundle(c.Requests, Exports(c), c.Evidence, c.Time)),
    ];

    private static TaskStore<ExportTask> Tasks(Composition c) => new(c.Aws.DynamoDb, c.Settings[Setting.RequestsTable]);

    private static EarlierErasures Erasures(Composition c) => new(c.Order, c.Tasks);

    private static ExportBucket Exports(Composition c) => new(c.Aws.S3, c.Settings[Setting.ExportBucket]);
}
