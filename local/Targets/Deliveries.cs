using System.Collections.Concurrent;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Iam;

namespace ServerlessGdpr.Local.Targets;

/// <summary>Delivers in the background, retries what may succeed later, and sends the rest to the dead-letter queue with the attributes AWS gives it.</summary>
internal sealed class Deliveries(TargetInvoker targets, Lazy<IQueues> queues, Authorizer authorizer, TimeProvider time, BackgroundWork background)
{
    private readonly ConcurrentQueue<LostDelivery> lost = new();

    /// <summary>What failed for good and had no dead-letter queue that takes it.</summary>
    public IReadOnlyCollection<LostDelivery> Lost => lost;

    /// <param name="origin">The attributes that name the rule or the schedule in a dead letter.</param>
    /// <param name="input">The input for an attempt, numbered from 1.</param>
    public void Start(string target, DeliveryPolicy policy, IReadOnlyDictionary<string, string> origin, Func<int, string> input) =>
        background.Run((work, cancellation) => DeliverAsync(target, policy, origin, input, work, cancellation));

    private async Task DeliverAsync(string target, DeliveryPolicy policy, IReadOnlyDictionary<string, string> origin, Func<int, string> input, Work work, CancellationToken cancellation)
    {
        var started = time.GetUtcNow();
        for (var retries = 0; ; retries++)
        {
            try
            {
                if (policy.RoleArn is { } role) authorizer.Require(role, TargetInvoker.AccessTo(target), "events");
                await targets.InvokeAsync(target, input(retries + 1), cancellation);
                return;
            }
            catch (AwsError error)
            {
                var failure = DeliveryFailure.Of(error);
                var pause = DeliveryPolicy.Pause(retries);
                var exhausted = retries >= policy.MaximumRetries ? "MaximumRetryAttempts"
                    : time.GetUtcNow() + pause - started > policy.MaximumAge ? "MaximumEventAgeInSeconds"
                    : null;
                if (!failure.MayPass || exhausted is not null)
                {
                    await DeadLetterAsync(target, policy, origin, input(retries + 1), failure, failure.MayPass ? exhausted : null, retries, cancellation);
                    return;
                }

                await work.WaitAsync(() => Task.Delay(pause, time, cancellation));
            }
        }
    }

    private async Task DeadLetterAsync(
        string target,
        DeliveryPolicy policy,
        IReadOnlyDictionary<string, string> origin,
        string input,
        DeliveryFailure failure,
        string? exhausted,
        int retries,
        CancellationToken cancellation)
    {
        var attributes = new Dictionary<string, string>(origin, StringComparer.Ordinal)
        {
            ["TARGET_ARN"] = target,
            ["ERROR_CODE"] = failure.Code,
            ["ERROR_MESSAGE"] = failure.Message,
            ["RETRY_ATTEMPTS"] = retries.ToString(),
        };
        if (exhausted is not null) attributes["EXHAUSTED_RETRY_CONDITION"] = exhausted;
        try
        {
            if (policy.DeadLetterQueue is { } queue) await queues.Value.SendAsync(queue, input, cancellation, attributes);
            else lost.Enqueue(new LostDelivery(target, input, failure));
        }
        catch (AwsError error)
        {
            lost.Enqueue(new LostDelivery(policy.DeadLetterQueue!, input, DeliveryFailure.Of(error)));
        }
    }
}

/// <summary>A delivery that AWS would have dropped.</summary>
internal sealed record LostDelivery(string Target, string Input, DeliveryFailure Failure);

/// <param name="MayPass">Whether trying again may help.</param>
internal sealed record DeliveryFailure(string Code, string Message, bool MayPass)
{
    public static DeliveryFailure Of(AwsError error) => error.Code switch
    {
        "QueueDoesNotExist" or "ResourceNotFoundException" or "StateMachineDoesNotExist" or "NotFound" => new("NO_RESOURCE", error.Message, MayPass: false),
        "AccessDeniedException" or "AccessDenied" or "KMS.AccessDeniedException" => new("NO_PERMISSIONS", error.Message, MayPass: false),
        "TooManyRequestsException" or "ThrottlingException" => new("THROTTLING", error.Message, MayPass: true),
        _ when error.Status >= 500 => new("ERROR_FROM_TARGET", error.Message, MayPass: true),
        _ => new("INVALID_PARAMETER", error.Message, MayPass: false),
    };
}
