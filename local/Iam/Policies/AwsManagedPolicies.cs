using System.Text.Json.Nodes;

namespace ServerlessGdpr.Local.Iam.Policies;

/// <summary>What AWS's own policies allow that are known here.</summary>
internal static class AwsManagedPolicies
{
    private const string Prefix = "arn:aws:iam::aws:policy/";

    public static IamPolicy? Find(string arn) => arn switch
    {
        Prefix + "service-role/AWSLambdaBasicExecutionRole" => Allowing(arn, "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"),
        _ => null,
    };

    private static IamPolicy Allowing(string arn, params IEnumerable<string> actions) => new(arn[Prefix.Length..], new JsonObject
    {
        ["Statement"] = new JsonObject
        {
            ["Effect"] = "Allow",
            ["Action"] = new JsonArray([.. actions.Select(action => JsonValue.Create(action))]),
            ["Resource"] = "*",
        },
    });
}
