using Newtonsoft.Json.Linq;

namespace ServerlessGdpr.Local.StepFunctions.Integrations;

/// <summary>An integration that is one AWS JSON call to the cloud's own endpoint.</summary>
internal sealed class HttpIntegration(HttpOperation operation, AwsJsonClient client, SdkMetadata metadata) : IIntegration
{
    public string Service => operation.Service.Name;

    public string Action => operation.Action;

    public bool CanWaitForToken => operation.CanWaitForToken;

    public IReadOnlyCollection<string> Parameters { get; } = operation.Parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public IReadOnlyCollection<string> Required { get; } = operation.Required.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public async Task<JToken> CallAsync(TaskCall call, CancellationToken cancellation)
    {
        if (call.Parameters.DeepClone() is not JObject body) throw StateFailure.AtRuntime("The parameters of the task must be an object.");
        if (operation.Body is not null) body = operation.Body(body, call);
        var answer = await client.CallAsync(operation.Service, char.ToUpperInvariant(Action[0]) + Action[1..], body, call.RoleArn, cancellation);
        var length = answer.ToString(Newtonsoft.Json.Formatting.None).Length;
        if (operation.Result is not null) answer = operation.Result(answer);
        if (operation.HasMetadata) metadata.AddTo(answer, $"application/x-amz-json-{operation.Service.JsonVersion}", length);
        return answer;
    }
}
