using System.Text.RegularExpressions;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Lambda;

/// <summary>A function as callers name it: <c>name</c>, <c>name:qualifier</c>, <c>account:function:name</c> or an ARN, with or without qualifier.</summary>
public sealed partial record FunctionReference(string Name, string? Qualifier)
{
    public static FunctionReference Parse(string text)
    {
        var match = Pattern().Match(text);
        if (!match.Success)
        {
            throw new AwsError("ValidationException", $"Value '{text}' at 'functionName' failed to satisfy constraint: Member must be a function name or ARN.");
        }

        return new FunctionReference(match.Groups["name"].Value, match.Groups["qualifier"] is { Success: true } qualifier ? qualifier.Value : null);
    }

    [GeneratedRegex("^(arn:aws:lambda:[a-z0-9-]+:)?([0-9]{12}:function:)?(?<name>[a-zA-Z0-9_-]{1,64})(:(?<qualifier>\\$LATEST|[a-zA-Z0-9_-]+))?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pattern();
}
