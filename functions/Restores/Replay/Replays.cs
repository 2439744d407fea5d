using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Restores.Recognition;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Restores.Replay;

/// <summary>The functions of the workflow <c>replay</c>.</summary>
internal static class Replays
{
    private static readonly Setting[] Recording = [Setting.RequestsTable, Setting.EventBus];

    public static IEnumerable<HandlerRegistration> Handlers =>
    [
        Step(HandlerNames.BeginReplay, [Setting.RequestsTable], c => new BeginReplay(c.Restores)),
        Step(
            HandlerNames.ResolveRestore,
            [.. Recording, Setting.RestoreAccounts],
            c => new ResolveRestore(c.Restores, c.Copies, c.DataMap, workflow => Tools(c, workflow), c.RestoreStatusEvents, c.Time)),
        Step(
            HandlerNames.PlanReplay,
            [.. Recording, Setting.LedgerTable, Setting.EvidenceBucket, Setting.PagesBucket],
            c => new PlanReplay(c.Restores, c.Ledger, c.RetentionHistory, c.DataMap, c.ReplayPages, c.RestoreStatusEvents, c.Time)),
        Step(
            HandlerNames.RecordReplay,
            [.. Recording, Setting.PagesBucket],
            c => new RecordReplay(c.Restores, c.Copies, c.ReplayPages, c.RestoreStatusEvents, c.Metrics, c.Time)),
        Step(HandlerNames.DeclareRestore, Recording, c => new DeclareRestore(c.Restores, c.Copies, c.RestoreStatusEvents, c.Metrics, c.Time)),
        HandlerRegistration.Of(
            HandlerNames.MarkBucket,
            [Setting.RequestsTable],
            json => json.ReplayInput,
            json => json.Acknowledged,
            c => new MarkBucket(c.Restores, c.Copies, new BucketTags(c.Aws.S3))),
        HandlerRegistration.Of(
            HandlerNames.AskAboutRestore,
            Recording,
            json => json.ReplayInput,
            json => json.Acknowledged,
            c => new AskAboutRestore(c.Restores, c.RestoreStatusEvents)),
        HandlerRegistration.Of(
            HandlerNames.ExtendMemory,
            [.. Recording, Setting.LedgerTable, Setting.EvidenceBucket],
            json => json.ExtendRequest,
            json => json.Acknowledged,
            c => new ExtendMemory(c.Ledger, c.Requests, c.Tasks, c.StatusEvents, c.DataMap, c.Time)),
    ];

    private static HandlerRegistration Step(string name, IReadOnlyList<Setting> settings, Func<Composition, IHandler<ReplayInput, ReplayState>> make) =>
        HandlerRegistration.Of(name, settings, json => json.ReplayInput, json => json.ReplayState, make);

    private static ReplayTools Tools(Composition c, string workflow)
    {
        var scope = RestoreIntake.Scope(c, workflow);
        return new(new RestoreRecognition(scope, c.Copies), new ReplayStarter(c.Workflows, workflow, c.Logs.CreateLogger<ReplayStarter>()));
    }
}
