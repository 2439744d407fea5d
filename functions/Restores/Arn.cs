namespace ServerlessGdpr.Functions.Restores;

/// <summary>The parts of an Amazon Resource Name.</summary>
internal sealed record Arn(string Partition, string Service, string Region, string Account, string Resource)
{
    /// <summary>The resource's name: what follows its type, and stands before anything below it (<c>table/NAME/backup/ID</c>).</summary>
    public string Name => Service switch
    {
        "dynamodb" => Resource.Split('/') is [_, var table, ..] ? table : Resource,
        "s3" => Resource.Split('/')[0],
        "rds" => Resource[(Resource.IndexOf(':', StringComparison.Ordinal) + 1)..],
        _ => Resource[(Resource.LastIndexOfAny([':', '/']) + 1)..],
    };

    public override string ToString() => $"arn:{Partition}:{Service}:{Region}:{Account}:{Resource}";

    /// <returns>Null when the text is no ARN.</returns>
    public static Arn? Parse(string? text) =>
        text?.Split(':', 6) is ["arn", var partition, { Length: > 0 } service, var region, var account, { Length: > 0 } resource]
            ? new(partition, service, region, account, resource)
            : null;

    public static string Of(string service, string region, string account, string resource) =>
        new Arn(PartitionOf(region), service, region, account, resource).ToString();

    /// <summary>Buckets and their objects: their ARNs name neither region nor account.</summary>
    public static string OfS3(string region, string bucketOrObject) => new Arn(PartitionOf(region), "s3", "", "", bucketOrObject).ToString();

    /// <summary>DynamoDB: the table of a backup, index or stream. Everything else stays as it is.</summary>
    public static string? WithoutParts(string? arn) =>
        Parse(arn) is { Service: "dynamodb" } table && table.Resource.StartsWith("table/", StringComparison.Ordinal)
            ? (table with { Resource = $"table/{table.Name}" }).ToString()
            : arn;

    private static string PartitionOf(string region) =>
        region.StartsWith("cn-", StringComparison.Ordinal) ? "aws-cn" : region.StartsWith("us-gov-", StringComparison.Ordinal) ? "aws-us-gov" : "aws";
}
