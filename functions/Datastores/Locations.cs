using System.Text.RegularExpressions;

namespace ServerlessGdpr.Functions.Datastores;

/// <summary>ARNs of tables, such as <c>arn:aws:dynamodb:eu-west-1:123456789012:table/customers</c>.</summary>
internal static partial class TableArn
{
    public static bool IsValid(string arn) => Shape().IsMatch(arn);

    /// <summary>The region and the table's name.</summary>
    public static (string Region, string Name) Parse(string arn) => Shape().Match(arn) is { Success: true } match
        ? (match.Groups["region"].Value, match.Groups["name"].Value)
        : throw new DataMapInvalid("The location is not the ARN of a table.");

    [GeneratedRegex(@"^arn:aws[a-z-]*:dynamodb:(?<region>[a-z0-9-]+):[0-9]{12}:table/(?<name>[A-Za-z0-9_.-]{3,255})\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Shape();
}

/// <summary>ARNs of buckets, such as <c>arn:aws:s3:::shop-documents</c>.</summary>
internal static partial class BucketArn
{
    public static bool IsValid(string arn) => Shape().IsMatch(arn);

    public static string Parse(string arn) => Shape().Match(arn) is { Success: true } match
        ? match.Groups["name"].Value
        : throw new DataMapInvalid("The location is not the ARN of a bucket.");

    [GeneratedRegex(@"^arn:aws[a-z-]*:s3:::(?<name>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Shape();
}
