using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.DynamoDb;

/// <summary>DynamoDB Local places ARNs in a region of its own.</summary>
internal static class LocalArns
{
    private const string Local = "arn:aws:dynamodb:ddblocal:";
    private static readonly string Cloud = $"arn:aws:dynamodb:{CloudOptions.Region}:";

    public static string ToCloud(string text) => text.Replace(Local, Cloud, StringComparison.Ordinal);

    public static string ToLocal(string text) => text.Replace(Cloud, Local, StringComparison.Ordinal);
}
