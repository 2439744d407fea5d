using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.Running;

namespace ServerlessGdpr.Local.StepFunctions;

/// <summary>Puts "Step Functions Execution Status Change" on the default bus when an execution starts or ends, in this order for each execution.</summary>
/// <param name="buses">EventBridge; asked for when it is needed, as the services know each other in circles. Null when the cloud has none.</param>
internal sealed class StatusEvents(Func<IEventBuses?> buses, BackgroundWork background)
{
    /// <summary>Larger input or output is left out of the event.</summary>
    private const int MaxLength = 248 * 1024;

    private readonly Lock gate = new();

    public void Emit(Execution execution)
    {
        if (buses() is not { } target) return;
        var detail = Detail(execution);
        var put = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task previous;
        lock (gate)
        {
            previous = execution.StatusEvent;
            execution.StatusEvent = put.Task;
        }

        background.Run(async (_, cancellation) =>
        {
            try
            {
                await previous;
                await PutAsync(target, detail, cancellation);
            }
            finally
            {
                put.SetResult();
            }
        });
    }

    private static async Task PutAsync(IEventBuses buses, JsonObject detail, CancellationToken cancellation)
    {
        try
        {
            await buses.PutAwsEventAsync("aws.states", "Step Functions Execution Status Change", detail, [(string)detail["executionArn"]!], cancellation);
        }
        catch (AwsError)
        {
            // The execution goes on without its event, as on AWS: these events are best effort.
        }
    }

    private static JsonObject Detail(Execution execution)
    {
        var standing = execution.Standing;
        return new JsonObject
        {
            ["executionArn"] = execution.Arn,
            ["stateMachineArn"] = execution.Machine.Arn,
            ["name"] = execution.Name,
            ["status"] = standing.StatusName,
            ["startDate"] = execution.StartDate.ToUnixTimeMilliseconds(),
            ["stopDate"] = standing.StopDate?.ToUnixTimeMilliseconds(),
            ["input"] = Short(execution.Input),
            ["output"] = Short(standing.Output),
            ["stateMachineVersionArn"] = null,
            ["stateMachineAliasArn"] = null,
            ["redriveCount"] = 0,
            ["redriveDate"] = null,
            ["redriveStatus"] = Redrive.Status(standing),
            ["redriveStatusReason"] = Redrive.Reason(standing),
            ["inputDetails"] = Included(execution.Input),
            ["outputDetails"] = standing.Output is null ? null : Included(standing.Output),
            ["error"] = standing.Error,
            ["cause"] = standing.Cause,
        };
    }

    private static string? Short(string? text) => text?.Length <= MaxLength ? text : null;

    private static JsonObject Included(string text) => new() { ["included"] = text.Length <= MaxLength };
}
