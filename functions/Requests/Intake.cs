using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>What intake's two functions are made of.</summary>
public static class Intake
{
    public static readonly IReadOnlyList<Setting> ReceiveSettings =
        [Setting.RequestsTable, Setting.VaultTable, Setting.IdentityKey, Setting.MacKey, Setting.ErasureWorkflow, Setting.AccessWorkflow, Setting.ReplayWorkflow, Setting.EventBus];

    public static readonly IReadOnlyList<Setting> DrainSettings =
        [Setting.RequestsTable, Setting.VaultTable, Setting.IdentityKey, Setting.EventBus];

    public static ReceiveRequest Receive(Composition c)
    {
        var workflow = c.WorkflowStarter;
        var rejections = new Rejections(
            c.Aws.DynamoDb, c.Settings[Setting.RequestsTable], c.StatusEvents, c.Time, c.Logs.CreateLogger<Rejections>());
        var accept = new AcceptRequest(
            new RequestValidator(c.DataMap, c.Time),
            new KmsRequestMac(c.Aws.Kms, c.Settings[Setting.MacKey]),
            new RequestSealer(c.SealingEnvelope, c.Settings[Setting.VaultTable]),
            c.Requests,
            rejections,
            c.StatusEvents,
            workflow,
            c.Time,
            c.Logs.CreateLogger<AcceptRequest>());
        var cancel = new CancelRequest(c.Requests, rejections, c.StatusEvents, workflow, c.Logs.CreateLogger<CancelRequest>());
        var decide = new ApplyDecision(
            c.DataMap, c.Requests, rejections, c.StatusEvents, workflow, c.Workflows, c.Logs.CreateLogger<ApplyDecision>());
        return new ReceiveRequest(c.Batches, accept, cancel, decide, RestoreIntake.Decide(c, rejections), ExecutionFailures(c), rejections);
    }

    public static RecordExecutionFailure ExecutionFailures(Composition c) =>
        new(c.Requests, c.StatusEvents, c.WorkflowStarter, c.Logs.CreateLogger<RecordExecutionFailure>());

    public static DrainDeadLetters Drain(Composition c)
    {
        var deadLetters = new DeadLetterStore(
            c.Aws.DynamoDb, c.SealingEnvelope, c.Settings[Setting.RequestsTable], c.Settings[Setting.VaultTable], c.Time);
        return new DrainDeadLetters(
            c.Batches, deadLetters, c.Requests, c.Restores, c.StatusEvents, c.RestoreStatusEvents, c.Logs.CreateLogger<DrainDeadLetters>());
    }
}
