using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Distributed;
using ServerlessGdpr.Local.StepFunctions.Integrations;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Definition;

/// <summary>Reads one state by its type.</summary>
internal sealed class StateReader(DefinitionReader workflows, IntegrationCatalog integrations)
{
    private const long MaxSeconds = 99_999_999;
    private static readonly string[] Foreign = ["QueryLanguage", "Assign", "Output", "Arguments"];
    private static readonly string[] Waits = ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"];

    public State? Read(string name, FieldReader fields)
    {
        foreach (var field in Foreign) fields.Refuse(field, "variables and JSONata are unknown to it");
        State? state = fields.RequiredText("Type") switch
        {
            "Task" => ReadTask(name, fields),
            "Pass" => new PassState(name, Flow(fields, "InputPath Parameters ResultPath OutputPath"), Next(fields), fields.Raw("Result")),
            "Choice" => new ChoiceState(name, Flow(fields, "InputPath OutputPath"), [.. ConditionReader.ReadRules(fields)], fields.Text("Default")),
            "Wait" => ReadWait(name, fields),
            "Succeed" => new SucceedState(name, Flow(fields, "InputPath OutputPath")),
            "Fail" => new FailState(name, Flow(fields, ""), FailText(fields, "Error"), FailText(fields, "Cause")),
            "Parallel" => ReadParallel(name, fields),
            "Map" => ReadMap(name, fields),
            "" => null,
            var other => Unknown(fields, other),
        };
        if (state is not null) fields.RefuseTheRest();
        return state;
    }

    private static State? Unknown(FieldReader fields, string type)
    {
        fields.Problem($"The state type '{type}' does not exist; it must be one of [Task, Pass, Choice, Wait, Succeed, Fail, Parallel, Map]");
        return null;
    }

    private static DataFlow Flow(FieldReader fields, string allowed)
    {
        bool Has(string field) => allowed.Contains(field, StringComparison.Ordinal);
        return new DataFlow(
            Has("InputPath") ? fields.Path("InputPath", JsonPath.Root, nullable: true) : JsonPath.Root,
            Has("Parameters") ? fields.Template("Parameters") : null,
            Has("ResultSelector") ? fields.Template("ResultSelector") : null,
            Has("ResultPath") ? ResultPath(fields) : JsonPath.Root,
            Has("OutputPath") ? fields.Path("OutputPath", JsonPath.Root, nullable: true) : JsonPath.Root);
    }

    private static JsonPath? ResultPath(FieldReader fields)
    {
        var path = fields.Path("ResultPath", JsonPath.Root, reference: true, nullable: true);
        if (path is { IsContext: true }) fields.Problem("The value for the field 'ResultPath' must not lead into the context object");
        return path;
    }

    private static string? Next(FieldReader fields)
    {
        var next = fields.Text("Next");
        var end = fields.Flag("End");
        if ((next is null) == (end is null or false)) fields.Problem("Exactly one of the fields 'Next' and 'End' is required");
        return next;
    }

    private TaskState? ReadTask(string name, FieldReader fields)
    {
        var flow = Flow(fields, "InputPath Parameters ResultSelector ResultPath OutputPath");
        var timeout = fields.NumberOrPath("TimeoutSeconds", 1, MaxSeconds);
        var heartbeat = fields.NumberOrPath("HeartbeatSeconds", 1, MaxSeconds);
        if (timeout is { Path: null } && heartbeat is { Path: null } && heartbeat.Value >= timeout.Value)
        {
            fields.Problem("The value for the field 'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'");
        }

        var (next, retry, catches) = (Next(fields), FaultReader.Retriers(fields), FaultReader.Catchers(fields));
        var resource = integrations.Read(fields);
        return resource is null ? null : new TaskState(name, flow, next, retry, catches, resource, timeout, heartbeat);
    }

    private static WaitState ReadWait(string name, FieldReader fields)
    {
        var flow = Flow(fields, "InputPath OutputPath");
        var seconds = fields.Integer("Seconds", 0, MaxSeconds);
        var timestamp = fields.Text("Timestamp");
        DateTimeOffset? until = Timestamps.TryParse(timestamp, out var parsed) ? parsed : null;
        if (timestamp is not null && until is null) fields.Problem("The value for the field 'Timestamp' must be a valid ISO-8601 extended offset date-time");
        var given = Waits.Count(fields.Has);
        if (given != 1) fields.Problem("Exactly one of the fields 'Seconds', 'SecondsPath', 'Timestamp' and 'TimestampPath' is required");
        return new WaitState(name, flow, Next(fields), seconds, fields.Path("SecondsPath", null, reference: true), until, fields.Path("TimestampPath", null, reference: true));
    }

    /// <summary>Error or Cause: text, or where the input has it, or an intrinsic function that gives text.</summary>
    private static Expression? FailText(FieldReader fields, string name)
    {
        var (text, path) = (fields.Text(name), fields.Text(name + "Path"));
        if (text is not null && path is not null) fields.Problem($"Only one of '{name}' and '{name}Path' may be there");
        try
        {
            return text is not null ? new LiteralExpression(new JValue(text)) : path is not null ? ExpressionParser.Parse(path) : null;
        }
        catch (FormatException error)
        {
            fields.Problem($"The value for the field '{name}Path' must be a valid JSONPath or a valid intrinsic function call: {error.Message}");
            return null;
        }
    }

    private ParallelState ReadParallel(string name, FieldReader fields)
    {
        var flow = Flow(fields, "InputPath Parameters ResultSelector ResultPath OutputPath");
        var branches = fields.Children("Branches", required: true).Select(workflows.ReadWorkflow).ToArray();
        return new ParallelState(name, flow, Next(fields), FaultReader.Retriers(fields), FaultReader.Catchers(fields), branches);
    }

    private MapState? ReadMap(string name, FieldReader fields)
    {
        var (selector, legacySelector) = (fields.Template("ItemSelector"), fields.Template("Parameters"));
        if (selector is not null && legacySelector is not null) fields.Problem("Only one of 'ItemSelector' and 'Parameters' may be there");
        var flow = Flow(fields, "InputPath ResultSelector ResultPath OutputPath") with { Parameters = selector ?? legacySelector };
        var itemsPath = fields.Path("ItemsPath", JsonPath.Root, reference: true)!;
        var concurrency = fields.NumberOrPath("MaxConcurrency", 0, int.MaxValue);
        var count = fields.NumberOrPath("ToleratedFailureCount", 0, int.MaxValue);
        var percentage = fields.NumberOrPath("ToleratedFailurePercentage", 0, 100, integer: false);
        var (next, retry, catches) = (Next(fields), FaultReader.Retriers(fields), FaultReader.Catchers(fields));
        var (processor, mode) = Processor(fields);
        if (processor is null) return null;
        var distributed = DistributedMapReader.Read(name, mode, fields);
        if (distributed?.Reader is not null && fields.Has("ItemsPath")) fields.Problem("Only one of 'ItemReader' and 'ItemsPath' may be there");
        return new MapState(name, flow, next, retry, catches, itemsPath, processor, concurrency, count, percentage, distributed);
    }

    private (Workflow? Processor, string Mode) Processor(FieldReader fields)
    {
        var (processor, iterator) = (fields.Child("ItemProcessor"), fields.Child("Iterator"));
        if ((processor is null) == (iterator is null))
        {
            fields.Problem("Exactly one of the fields 'ItemProcessor' and 'Iterator' is required");
            return (null, "INLINE");
        }

        var reader = (processor ?? iterator)!;
        var mode = DistributedMapReader.ReadConfig(reader);
        return (workflows.ReadWorkflow(reader), mode);
    }
}
