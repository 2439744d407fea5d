using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Infra.Constructs.Grants;

/// <summary>What a function may do to one datastore of a kind. A new kind is one implementation and one line in <see cref="DatastoreGrants"/>.</summary>
internal interface IDatastoreGrant
{
    /// <summary>As in <see cref="DatastoreEntry.Kind"/>.</summary>
    string Kind { get; }

    void Allow(LambdaFunction function, DatastoreEntry entry);
}

internal static class DatastoreGrants
{
    private static readonly IReadOnlyDictionary<string, IDatastoreGrant> ByKind =
        new IDatastoreGrant[] { new DynamoDbGrant(), new S3Grant(), new S3LogsGrant() }.ToDictionary(grant => grant.Kind);

    public static IDatastoreGrant For(string kind) =>
        ByKind.GetValueOrDefault(kind) ?? throw new SetupError($"There are no grants for datastores of kind {kind}.");
}
