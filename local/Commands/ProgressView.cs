using System.Text.Json.Nodes;
using ServerlessGdpr.Local.StepFunctions.History;

namespace ServerlessGdpr.Local.Commands;

/// <summary>Prints a line for each state of each execution, with the counts of the datastore it is about.</summary>
internal static class ProgressView
{
    public static IDisposable Start(ExecutionFeed feed, RunLog log) => feed.Subscribe(progress =>
    {
        if (Describe(progress) is { } line) log.Line(line.Text, line.Style);
    });

    private static (string Text, string Style)? Describe(ExecutionProgress progress)
    {
        var execution = progress.ExecutionArn[(progress.ExecutionArn.LastIndexOf(':') + 1)..];
        var request = execution.Length > 8 ? execution[..8] : execution;
        return progress.Type switch
        {
            "ExecutionStarted" => ($"{request}  started {execution}", "blue"),
            "ExecutionSucceeded" => ($"{request}  the execution has succeeded", "green"),
            "ExecutionFailed" or "ExecutionTimedOut" or "ExecutionAborted" => ($"{request}  {progress.Type}", "red"),
            "TaskStateExited" => ($"{request}  {progress.State}{Counts(progress.Event)}", "default"),
            "MapStateEntered" or "WaitStateEntered" => ($"{request}  {progress.State}", "grey"),
            "LambdaFunctionFailed" or "TaskFailed" or "TaskTimedOut" => ($"{request}  {progress.Type}: {Error(progress.Event)}", "yellow"),
            _ => null,
        };
    }

    private static string Counts(JsonObject happened)
    {
        if (happened["stateExitedEventDetails"]?["output"]?.GetValue<string>() is not { } text || JsonNode.Parse(text) is not JsonObject output) return "";
        if (output["datastore"]?.GetValue<string>() is not { } datastore) return output["next"] is { } next ? $": next {next}" : "";
        if (output["export"] is { } export) return $" · {datastore}: {export["outcome"]}, found {export["found"]}";
        var answer = output["verify"]?["outcome"] is not null ? output["verify"]! : output["erase"]!;
        return $" · {datastore}: {answer["outcome"]}, found {answer["found"]}, erased {answer["erased"]}, remaining {answer["remaining"]}";
    }

    private static string? Error(JsonObject happened) =>
        happened.Where(member => member.Key.EndsWith("EventDetails", StringComparison.Ordinal)).Select(member => member.Value?["error"]?.GetValue<string>()).FirstOrDefault();
}
