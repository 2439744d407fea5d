using System.Text;
using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Integrations;

/// <summary><c>arn:aws:states:::lambda:invoke</c>.</summary>
internal sealed class LambdaInvoke(LambdaFunctions functions, SdkMetadata metadata) : IIntegration
{
    public string Service => "lambda";

    public string Action => "invoke";

    public bool CanWaitForToken => true;

    public IReadOnlyCollection<string> Parameters { get; } = ["FunctionName", "Payload", "Qualifier", "InvocationType"];

    public IReadOnlyCollection<string> Required { get; } = ["FunctionName"];

    public async Task<JToken> CallAsync(TaskCall call, CancellationToken cancellation)
    {
        if (call.Parameters["InvocationType"] is { } kind && (string?)kind != "RequestResponse")
        {
            throw StateFailure.AtRuntime($"The local cloud does not support the InvocationType {Json.Text(kind)}.");
        }

        if (call.Parameters["FunctionName"] is not JValue { Value: string function })
        {
            throw StateFailure.AtRuntime("The field 'FunctionName' must be a string.");
        }

        var qualifier = (string?)call.Parameters["Qualifier"];
        var version = qualifier ?? "$LATEST";
        var payload = await functions.InvokeAsync(qualifier is null ? function : $"{function}:{qualifier}", call.Parameters["Payload"] ?? new JObject(), call.RoleArn, cancellation);
        var answer = new JObject { ["ExecutedVersion"] = version, ["Payload"] = payload };
        metadata.AddTo(answer, "application/json", Encoding.UTF8.GetByteCount(Json.Text(payload)), ("X-Amz-Executed-Version", version));
        answer["StatusCode"] = 200;
        return answer;
    }
}
