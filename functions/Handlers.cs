using ServerlessGdpr.Functions.Access;
using ServerlessGdpr.Functions.Access.Exports;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Reconciling;
using ServerlessGdpr.Functions.Restores.Replay;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Aws;

namespace ServerlessGdpr.Functions;

/// <summary>The functions of this binary by the name that Lambda selects them with.</summary>
public static class Handlers
{
    private static readonly Setting[] Workflow =
        [Setting.RequestsTable, Setting.VaultTable, Setting.LedgerTable, Setting.EvidenceBucket, Setting.EventBus];

    public static IReadOnlyList<HandlerRegistration> All { get; } =
    [
        HandlerRegistration.Of(
            HandlerNames.ReceiveRequest,
            Intake.ReceiveSettings,
            json => json.SqsEvent,
            json => json.SqsBatchResponse,
            Intake.Receive),
        HandlerRegistration.Of(
            HandlerNames.ReceiveRestore,
            RestoreIntake.ReceiveSettings,
            json => json.SqsEvent,
            json => json.SqsBatchResponse,
            RestoreIntake.Receive),
        HandlerRegistration.Of(
            HandlerNames.DrainDeadLetters,
            Intake.DrainSettings,
            json => json.SqsEvent,
            json => json.SqsBatchResponse,
            Intake.Drain),
        HandlerRegistration.Of(
            HandlerNames.PlanErasure,
            Workflow,
            json => json.PlanRequest,
            json => json.ErasureState,
            c => new PlanErasure(c.Requests, c.Tasks, c.Copies, c.Ledger, c.VaultEntries, c.DataMap, c.Turns, c.StatusEvents)),
        HandlerRegistration.Of(
            HandlerNames.Datastore,
            [Setting.Datastore, Setting.VaultTable, Setting.LedgerTable, Setting.ExportBucket],
            json => json.DatastoreRequest,
            json => json.DatastoreAnswer,
            c => new DatastoreFunction(
                c.Datastore,
                c.DatastoreVault,
                new DatastoreExport(c.Datastore, new ObjectUpload(c.Aws.S3, c.Settings[Setting.ExportBucket])),
                target => DatastoreKinds.Open(c.Datastore, target, c.Aws, c.Time))),
        HandlerRegistration.Of(
            HandlerNames.AdvanceErasure,
            Workflow,
            json => json.AdvanceRequest,
            json => json.ErasureState,
            c => new AdvanceErasure(c.Requests, c.Tasks, c.Ledger, c.VaultEntries, c.Time)),
        HandlerRegistration.Of(
            HandlerNames.AskOperator,
            [Setting.RequestsTable, Setting.EventBus],
            json => json.AskRequest,
            json => json.Acknowledged,
            c => new AskOperator(c.Requests, c.StatusEvents)),
        HandlerRegistration.Of(
            HandlerNames.CompleteRequest,
            Workflow,
            json => json.CompleteRequestInput,
            json => json.Acknowledged,
            c => new CompleteRequest(c.Requests, c.Tasks, c.Ledger, c.Evidence, c.VaultEntries, c.Order, c.StatusEvents, c.Time)),
        HandlerRegistration.Of(
            HandlerNames.WatchDeadlines,
            [Setting.RequestsTable, Setting.LedgerTable, Setting.EvidenceBucket, Setting.EventBus, Setting.ErasureWorkflow, Setting.AccessWorkflow, Setting.ReplayWorkflow],
            json => json.ScheduledEvent,
            json => json.Acknowledged,
            c => new WatchDeadlines(
                c.Requests,
                c.Ledger,
                c.DataMap,
                c.StatusEvents,
                Intake.ExecutionFailures(c),
                new WatchRestores(c.Restores, RestoreIntake.ReplayFailures(c), c.Metrics, c.Time),
                c.Metrics,
                c.Time)),
        .. Replays.Handlers,
        .. Accesses.Handlers,
        HandlerRegistration.Of(
            HandlerNames.KeepMemory,
            [Setting.RequestsTable, Setting.LedgerTable, Setting.EvidenceBucket],
            json => json.ScheduledEvent,
            json => json.Acknowledged,
            c => new KeepMemory(c.RetentionHistory, c.RetentionReview, c.DataMap, c.Metrics)),
        HandlerRegistration.Of(
            HandlerNames.CheckLedger,
            [Setting.RequestsTable, Setting.LedgerTable, Setting.EvidenceBucket],
            json => json.LedgerScope,
            json => json.LedgerStanding,
            c => new CheckLedger(c.LedgerComparison, c.LedgerCheckpoint, c.Metrics)),
        HandlerRegistration.Of(
            HandlerNames.RebuildLedger,
            [Setting.LedgerTable, Setting.EvidenceBucket],
            json => json.LedgerScope,
            json => json.LedgerStanding,
            c => new RebuildLedger(c.LedgerComparison, c.Metrics)),
        HandlerRegistration.Of(
            HandlerNames.ReconcileRestores,
            Reconciliation.Settings,
            json => json.ScheduledEvent,
            json => json.Acknowledged,
            Reconciliation.Of),
    ];

    /// <exception cref="InvalidConfiguration">No such function; the message names those there are.</exception>
    public static HandlerRegistration Select(IReadOnlyList<HandlerRegistration> handlers, string name) =>
        handlers.FirstOrDefault(handler => handler.Name == name)
        ?? throw new InvalidConfiguration($"_HANDLER is none of {string.Join(", ", handlers.Select(handler => handler.Name))}.");
}
