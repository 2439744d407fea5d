using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.Local.Support;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Iam;

/// <summary>A state machine that works as the cloud's one role.</summary>
internal sealed class RoleMachine(RoleCloud cloud, string name) : IDisposable
{
    private readonly AwsJson states = new(cloud.Cloud, "states", "AWSStepFunctions");

    public string Arn { get; } = Arns.Of("states", $"stateMachine:{name}");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<RoleMachine> DeployAsync(RoleCloud cloud, string name, string definition)
    {
        var properties = new JsonObject { ["StateMachineName"] = name, ["RoleArn"] = cloud.Worker.Arn, ["DefinitionString"] = definition };
        await cloud.DeployAsync($"machine-{name}", ("Machine", new JsonObject { ["Type"] = "AWS::StepFunctions::StateMachine", ["Properties"] = properties }.ToJsonString()));
        return new RoleMachine(cloud, name);
    }

    /// <summary>Runs one Task state.</summary>
    /// <returns>Its output, or its error and cause.</returns>
    public static async Task<string> CallAsync(RoleCloud cloud, string resource, string parameters)
    {
        var state = new JsonObject { ["Type"] = "Task", ["Resource"] = resource, ["Parameters"] = JsonNode.Parse(parameters), ["End"] = true };
        var definition = new JsonObject { ["StartAt"] = "Call", ["States"] = new JsonObject { ["Call"] = state } };
        using var machine = await DeployAsync(cloud, $"call-{Guid.NewGuid():N}", definition.ToJsonString());
        return await machine.RunAsync("{}");
    }

    /// <returns>The execution's output, or its error and cause.</returns>
    public async Task<string> RunAsync(string input)
    {
        var execution = await StartAsync(input);
        await cloud.Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromMinutes(1), Cancellation);
        var ended = await states.CallAsync("DescribeExecution", new JsonObject { ["executionArn"] = execution }, Cancellation);
        return (string?)ended["output"] ?? $"{ended["status"]} {ended["error"]}: {ended["cause"]}";
    }

    private async Task<string> StartAsync(string input)
    {
        var started = await states.CallAsync("StartExecution", new JsonObject { ["stateMachineArn"] = Arn, ["input"] = input }, Cancellation);
        return (string?)started["executionArn"] ?? throw new InvalidOperationException(started.ToJsonString());
    }

    public void Dispose() => states.Dispose();
}
