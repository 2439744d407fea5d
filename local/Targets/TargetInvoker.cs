using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Iam;

namespace ServerlessGdpr.Local.Targets;

/// <summary>Hands one event to a queue, a function, a state machine or a topic, told by the target's ARN.</summary>
internal sealed class TargetInvoker(Lazy<IQueues> queues, Lazy<IStateMachines> stateMachines, Lazy<ITopics> topics, Lazy<IEventFunctions> functions)
{
    public static bool Knows(string arn) => Arns.Service(arn) is "sqs" or "lambda" or "states" or "sns";

    /// <summary>What a role needs to call the target.</summary>
    public static Access AccessTo(string arn) => new(
        Arns.Service(arn) switch
        {
            "sqs" => "sqs:SendMessage",
            "lambda" => "lambda:InvokeFunction",
            "states" => "states:StartExecution",
            "sns" => "sns:Publish",
            var service => throw AwsError.NotImplemented(service, "as a target"),
        },
        arn);

    /// <returns>When the target has taken it; what a function does with it is seen by Lambda alone.</returns>
    public Task InvokeAsync(string arn, string input, CancellationToken cancellation) => Arns.Service(arn) switch
    {
        "sqs" => queues.Value.SendAsync(arn, input, cancellation),
        "lambda" => Accept(arn, input),
        "states" => stateMachines.Value.StartExecutionAsync(arn, null, input, cancellation),
        "sns" => topics.Value.PublishAsync(arn, input, null, cancellation),
        var service => throw AwsError.NotImplemented(service, "as a target"),
    };

    private Task Accept(string functionArn, string input)
    {
        functions.Value.Accept(functionArn, input);
        return Task.CompletedTask;
    }
}
