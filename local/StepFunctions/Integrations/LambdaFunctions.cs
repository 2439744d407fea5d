using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Iam;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Integrations;

/// <summary>Invokes functions and words their failures as Step Functions does.</summary>
/// <param name="functions">Lambda; asked for when it is needed, as the services know each other in circles.</param>
/// <param name="authorizer">Checks the state machine's role; null where there is no IAM.</param>
internal sealed class LambdaFunctions(Func<IFunctions?> functions, Authorizer? authorizer)
{
    /// <param name="function">A function's name or ARN.</param>
    /// <param name="roleArn">The role as which it is invoked.</param>
    public async Task<JToken> InvokeAsync(string function, JToken payload, string roleArn, CancellationToken cancellation)
    {
        var lambda = functions() ?? throw new StateFailure("Lambda.SdkClientException", "This local cloud has no Lambda.");
        try
        {
            authorizer?.Require(roleArn, new Access("lambda:InvokeFunction", Arn(function)), "lambda");
            var answer = await lambda.InvokeAsync(Arn(function), Json.Text(payload), cancellation);
            return answer.FunctionError is null ? Read(answer.Payload) : throw Failure(answer.Payload);
        }
        catch (AwsError error)
        {
            throw ServiceFailure.Of("Lambda", "AWSLambda", "AWSLambdaException", error.Code, error.Status, error.Message);
        }
    }

    /// <summary>A function's error type is the error's name; all that the function reported is its cause.</summary>
    private static StateFailure Failure(string payload)
    {
        var type = Read(payload) is JObject report && report["errorType"] is JValue { Value: string name } && name.Length > 0 ? name : "Lambda.Unknown";
        return new StateFailure(type, payload);
    }

    private static JToken Read(string payload)
    {
        try
        {
            return payload.Length == 0 ? JValue.CreateNull() : Json.Parse(payload);
        }
        catch (System.Text.Json.JsonException)
        {
            throw new StateFailure("Lambda.Unknown", "The function's answer is not JSON.");
        }
    }

    private static string Arn(string function) => function.StartsWith("arn:", StringComparison.Ordinal)
        ? function
        : Arns.Of("lambda", $"function:{function[(function.LastIndexOf("function:", StringComparison.Ordinal) is var at and >= 0 ? at + "function:".Length : 0)..]}");
}
