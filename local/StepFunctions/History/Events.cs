using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.Definition;
using ServerlessGdpr.Local.StepFunctions.Integrations;

namespace ServerlessGdpr.Local.StepFunctions.History;

/// <summary>Makes the events of executions and states in AWS's shapes.</summary>
internal static class Events
{
    public static EventBody ExecutionStarted(string input, string roleArn) =>
        new("ExecutionStarted", "executionStartedEventDetails", new JsonObject { ["input"] = input, ["inputDetails"] = Whole(), ["roleArn"] = roleArn });

    public static EventBody ExecutionSucceeded(string output) =>
        new("ExecutionSucceeded", "executionSucceededEventDetails", new JsonObject { ["output"] = output, ["outputDetails"] = Whole() });

    /// <param name="kind">Failed, TimedOut or Aborted.</param>
    public static EventBody ExecutionEnded(string kind, string? error, string? cause) =>
        new("Execution" + kind, $"execution{kind}EventDetails", WithFailure([], error, cause));

    public static EventBody Entered(State state, string input) =>
        new(state.Type + "StateEntered", "stateEnteredEventDetails", new JsonObject { ["name"] = state.Name, ["input"] = input, ["inputDetails"] = Whole() });

    public static EventBody Exited(State state, string output) =>
        new(state.Type + "StateExited", "stateExitedEventDetails", new JsonObject { ["name"] = state.Name, ["output"] = output, ["outputDetails"] = Whole() });

    /// <param name="what">Started, Succeeded, Failed or Aborted.</param>
    public static EventBody Of(State state, string what) => new($"{state.Type}State{what}");

    public static EventBody MapStarted(int length) => new("MapStateStarted", "mapStateStartedEventDetails", new JsonObject { ["length"] = length });

    /// <param name="what">Started, Succeeded, Failed or Aborted.</param>
    public static EventBody Iteration(string what, string state, int index) =>
        new("MapIteration" + what, $"mapIteration{what}EventDetails", new JsonObject { ["name"] = state, ["index"] = index });

    public static EventBody MapRunStarted(string arn) => new("MapRunStarted", "mapRunStartedEventDetails", new JsonObject { ["mapRunArn"] = arn });

    public static EventBody MapRunFailed(StateFailure failure) => new("MapRunFailed", "mapRunFailedEventDetails", WithFailure([], failure.Error, failure.Cause));

    /// <param name="what">Succeeded or Aborted.</param>
    public static EventBody MapRun(string what) => new("MapRun" + what);

    public static EventBody TaskScheduled(TaskResource resource, string parameters, double? timeout, double? heartbeat)
    {
        if (resource.IsFunction)
        {
            var call = new JsonObject { ["resource"] = resource.Arn, ["input"] = parameters, ["inputDetails"] = Whole() };
            if (timeout is not null) call["timeoutInSeconds"] = (long)timeout;
            return new EventBody("LambdaFunctionScheduled", "lambdaFunctionScheduledEventDetails", call);
        }

        var details = Named(resource);
        details["region"] = CloudOptions.Region;
        details["parameters"] = parameters;
        if (timeout is not null) details["timeoutInSeconds"] = (long)timeout;
        if (heartbeat is not null) details["heartbeatInSeconds"] = (long)heartbeat;
        return new EventBody("TaskScheduled", "taskScheduledEventDetails", details);
    }

    public static EventBody TaskStarted(TaskResource resource) =>
        resource.IsFunction ? new EventBody("LambdaFunctionStarted") : new EventBody("TaskStarted", "taskStartedEventDetails", Named(resource));

    /// <param name="what">Submitted or Succeeded.</param>
    public static EventBody TaskAnswered(string what, TaskResource resource, string output)
    {
        var details = resource.IsFunction ? [] : Named(resource);
        details["output"] = output;
        details["outputDetails"] = Whole();
        return resource.IsFunction
            ? new EventBody("LambdaFunction" + what, $"lambdaFunction{what}EventDetails", details)
            : new EventBody("Task" + what, $"task{what}EventDetails", details);
    }

    public static EventBody TaskFailed(TaskResource resource, StateFailure failure)
    {
        var what = failure.Error == StateFailure.Timeout ? "TimedOut" : "Failed";
        var details = WithFailure(resource.IsFunction ? [] : Named(resource), failure.Error, failure.Cause);
        return resource.IsFunction
            ? new EventBody("LambdaFunction" + what, $"lambdaFunction{what}EventDetails", details)
            : new EventBody("Task" + what, $"task{what}EventDetails", details);
    }

    private static JsonObject Named(TaskResource resource) => new() { ["resourceType"] = resource.Integration.Service, ["resource"] = resource.Action };

    private static JsonObject WithFailure(JsonObject details, string? error, string? cause)
    {
        if (error is not null) details["error"] = error;
        if (cause is not null) details["cause"] = cause;
        return details;
    }

    private static JsonObject Whole() => new() { ["truncated"] = false };
}
