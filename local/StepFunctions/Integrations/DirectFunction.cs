using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;

namespace ServerlessGdpr.Local.StepFunctions.Integrations;

/// <summary>A function's ARN as a Task state's Resource: the input is its payload, its answer the result.</summary>
internal sealed partial class DirectFunction(string arn, LambdaFunctions functions) : IIntegration
{
    public string Service => "lambda";

    public string Action => arn;

    public bool CanWaitForToken => false;

    public IReadOnlyCollection<string> Parameters => [];

    public IReadOnlyCollection<string> Required => [];

    public static bool IsFunctionArn(string arn) => Form().IsMatch(arn);

    public Task<JToken> CallAsync(TaskCall call, CancellationToken cancellation) => functions.InvokeAsync(arn, call.Parameters, call.RoleArn, cancellation);

    [GeneratedRegex(@"^arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[a-zA-Z0-9-_]{1,140}(:(\$LATEST|[a-zA-Z0-9-_]+))?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
