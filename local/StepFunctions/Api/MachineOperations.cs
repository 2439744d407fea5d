using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.Running;

namespace ServerlessGdpr.Local.StepFunctions.Api;

/// <summary>The operations on state machines.</summary>
internal sealed class MachineOperations(StateMachines machines, Executions executions, TimeProvider time)
{
    private static readonly string[] OptionNames = ["loggingConfiguration", "tracingConfiguration", "encryptionConfiguration"];

    public JsonObject Create(ApiRequest request)
    {
        request.AllowOnly("name definition roleArn type loggingConfiguration tags tracingConfiguration encryptionConfiguration");
        if (request.Text("type") is { } type && type != "STANDARD") throw new AwsError("ValidationException", $"The local cloud does not support state machines of type {type}.");
        var machine = machines.Create(request.Required("name"), request.Required("definition"), request.Required("roleArn"), Options(request, []), request.Tags("tags"));
        return new JsonObject { ["stateMachineArn"] = machine.Arn, ["creationDate"] = ApiJson.Seconds(machine.CreationDate) };
    }

    public JsonObject Update(ApiRequest request)
    {
        request.AllowOnly("stateMachineArn definition roleArn loggingConfiguration tracingConfiguration encryptionConfiguration");
        var machine = machines.Get(request.Required("stateMachineArn"));
        var (definition, roleArn, old) = (request.Text("definition"), request.Text("roleArn"), machine.Revision);
        if (definition is null && roleArn is null && OptionNames.All(name => request.Node(name) is null))
        {
            throw new AwsError("MissingRequiredParameter", "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified");
        }

        machine.Revision = machines.Revise(definition ?? old.Definition, roleArn ?? old.RoleArn, Options(request, old.Options));
        return new JsonObject { ["updateDate"] = ApiJson.Seconds(time.GetUtcNow()), ["revisionId"] = machine.Revision.Id };
    }

    /// <summary>Deleting what is not there succeeds; the executions that run are ended.</summary>
    public JsonObject Delete(ApiRequest request)
    {
        request.AllowOnly("stateMachineArn");
        if (machines.Remove(request.Required("stateMachineArn")) is { } removed)
        {
            foreach (var execution in executions.Of(removed.Arn)) execution.TryFinish(ExecutionStatus.Aborted, null);
        }

        return [];
    }

    public JsonObject Describe(ApiRequest request)
    {
        request.AllowOnly("stateMachineArn includedData");
        var machine = machines.Get(request.Required("stateMachineArn"));
        var json = Summary(machine);
        json["status"] = "ACTIVE";
        json["definition"] = machine.Revision.Definition;
        json["roleArn"] = machine.Revision.RoleArn;
        json["revisionId"] = machine.Revision.Id;
        json["loggingConfiguration"] = new JsonObject { ["level"] = "OFF", ["includeExecutionData"] = false };
        json["tracingConfiguration"] = new JsonObject { ["enabled"] = false };
        json["encryptionConfiguration"] = new JsonObject { ["type"] = "AWS_OWNED_KEY" };
        foreach (var option in machine.Revision.Options) json[option.Key] = option.Value!.DeepClone();
        return json;
    }

    public JsonObject List(ApiRequest request)
    {
        request.AllowOnly("maxResults nextToken");
        return request.Page("stateMachines", machines.All.OrderBy(machine => machine.Name, StringComparer.Ordinal), machine => machine.Arn, Summary);
    }

    public JsonObject ListTags(ApiRequest request)
    {
        request.AllowOnly("resourceArn");
        var arn = request.Required("resourceArn");
        var machine = machines.All.FirstOrDefault(candidate => candidate.Arn == arn) ?? throw new AwsError("ResourceNotFound", $"Resource not found: '{arn}'");
        return new JsonObject { ["tags"] = new JsonArray([.. machine.Tags.Select(tag => new JsonObject { ["key"] = tag.Key, ["value"] = tag.Value })]) };
    }

    private static JsonObject Summary(StateMachine machine) => new()
    {
        ["stateMachineArn"] = machine.Arn,
        ["name"] = machine.Name,
        ["type"] = "STANDARD",
        ["creationDate"] = ApiJson.Seconds(machine.CreationDate),
    };

    private static JsonObject Options(ApiRequest request, JsonObject old)
    {
        var options = old.DeepClone().AsObject();
        foreach (var name in OptionNames)
        {
            if (request.Node(name) is { } option) options[name] = option.DeepClone();
        }

        return options;
    }
}
