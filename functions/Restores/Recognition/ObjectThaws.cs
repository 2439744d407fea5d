namespace ServerlessGdpr.Functions.Restores.Recognition;

/// <summary>S3 made an archived object readable for a while.</summary>
internal static class ObjectThaws
{
    public static IReadOnlyList<RestoreNotice> Read(Happening happening, DatastoreMatching matching)
    {
        var detail = happening.Detail;
        if (detail["bucket"].Text("name") is not { } bucket || detail["object"].Text("key") is not { } key) return [new Ignored(IgnoredReasons.NotARestore)];

        var datastores = matching.At(Arn.OfS3(happening.Region, bucket));
        return datastores.Count == 0
            ? [new Ignored(IgnoredReasons.NotRegistered)]
            :
            [
                .. datastores.Select(name => new ObjectThawed(
                    name, bucket, key, detail["object"].Text("version-id"), detail.Instant("restore-expiry-time"), detail.Text("source-storage-class"))),
            ];
    }
}
