using ServerlessGdpr.Functions.Datastores.DynamoDb;
using ServerlessGdpr.Functions.Datastores.S3;
using ServerlessGdpr.Functions.Datastores.S3Logs;
using ServerlessGdpr.Functions.Runtime.Aws;

namespace ServerlessGdpr.Functions.Datastores;

/// <summary>The kinds of datastore this binary knows.</summary>
public static class DatastoreKinds
{
    /// <summary>One slow answer must not outlast the time that a function's deadline leaves it to answer itself.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    /// <param name="target">The restored resource to work on; null for the registered one.</param>
    /// <exception cref="DataMapInvalid">The kind is unknown, or the location is not one of its.</exception>
    public static IDatastore Open(DatastoreEntry entry, Target? target, AwsClients aws, TimeProvider time)
    {
        var location = target?.Arn ?? entry.Location;
        switch (entry.Kind)
        {
            case "dynamodb":
                var (region, table) = TableArn.Parse(location);
                return new DynamoDbDatastore(aws.DynamoDbIn(region, CallTimeout), entry, table, time, target);
            case "s3":
                return new S3Datastore(aws.S3Within(CallTimeout), entry, BucketArn.Parse(location), time, target);
            case "s3-logs":
                return new LogsDatastore(aws.S3Within(CallTimeout), entry, BucketArn.Parse(location), time);
            default:
                throw new DataMapInvalid($"The kind {entry.Kind} is unknown.");
        }
    }
}
