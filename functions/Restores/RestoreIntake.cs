using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Restores.Copies;
using ServerlessGdpr.Functions.Restores.Recognition;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Restores;

/// <summary>What the intake of restores, and of decisions about them, is made of.</summary>
public static class RestoreIntake
{
    public static readonly IReadOnlyList<Setting> ReceiveSettings =
        [Setting.RequestsTable, Setting.ReplayWorkflow, Setting.RestoreAccounts, Setting.EventBus];

    public static ReceiveRestore Receive(Composition c)
    {
        var (decisions, tokens, replay) = (Decisions(c), new ReplayTokens(c.Workflows), c.ReplayStarter);
        var announce = new AnnounceRestore(
            new RestoreRecognition(Scope(c, c.Settings[Setting.ReplayWorkflow]), c.Copies),
            c.Restores,
            replay,
            new ResumeReplay(decisions, tokens, c.Logs.CreateLogger<ResumeReplay>()),
            c.Metrics,
            c.Time,
            c.Logs.CreateLogger<AnnounceRestore>());
        return new ReceiveRestore(c.Batches, announce, ReplayFailures(c), c.Metrics, c.Logs.CreateLogger<ReceiveRestore>());
    }

    public static ApplyRestoreDecision Decide(Composition c, Rejections rejections) =>
        new(c.Restores, Decisions(c), new ReplayTokens(c.Workflows), c.ReplayStarter, rejections, c.Logs.CreateLogger<ApplyRestoreDecision>());

    public static RecordReplayFailure ReplayFailures(Composition c) =>
        new(c.Restores, c.RestoreStatusEvents, c.ReplayStarter, c.Logs.CreateLogger<RecordReplayFailure>());

    /// <summary>The workflow runs where this system does.</summary>
    internal static RestoreScope Scope(Composition c, string workflowArn) => new()
    {
        DataMap = c.DataMap,
        OwnAccount = Arn.Parse(workflowArn)!.Account,
        OwnRegion = c.Settings[Setting.Region],
        AllowedAccounts = c.Settings[Setting.RestoreAccounts].Split(','),
    };

    private static RestoreDecisions Decisions(Composition c) => new(c.Restores, new(c.Aws.DynamoDb, c.Settings[Setting.RequestsTable], c.Time));
}
