using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.DynamoDb.Backups;

/// <summary>What is attached to tables: tags, and resource policies.</summary>
internal sealed class TableAttachments(TableRecords tables)
{
    private const string NoPolicy = "NO_POLICY";
    private const int TagLimit = 50;

    public Task<JsonObject> TagResource(PropertyReader request, CancellationToken cancellation)
    {
        var table = tables.OfArn(request.GetRequiredString("ResourceArn"));
        var tags = ReadTags(request);
        request.RefuseOthers();
        RequireActive(table);
        SetTags(table, tags);
        return Task.FromResult(new JsonObject());
    }

    public Task<JsonObject> UntagResource(PropertyReader request, CancellationToken cancellation)
    {
        var table = tables.OfArn(request.GetRequiredString("ResourceArn"));
        var keys = request.GetStrings("TagKeys");
        request.RefuseOthers();
        RequireActive(table);
        table.Tags = table.Tags.RemoveRange(keys);
        return Task.FromResult(new JsonObject());
    }

    public Task<JsonObject> ListTagsOfResource(PropertyReader request, CancellationToken cancellation)
    {
        var table = tables.OfArn(request.GetRequiredString("ResourceArn"));
        request.RefuseOthers();
        return Task.FromResult(new JsonObject
        {
            ["Tags"] = new JsonArray([.. table.Tags.Select(tag => new JsonObject { ["Key"] = tag.Key, ["Value"] = tag.Value })]),
        });
    }

    public Task<JsonObject> PutResourcePolicy(PropertyReader request, CancellationToken cancellation)
    {
        request.WithoutLocalEffect("ConfirmRemoveSelfResourceAccess");
        var table = tables.OfArn(request.GetRequiredString("ResourceArn"));
        var document = request.GetDocument("Policy") ?? throw request.Invalid("Policy", "a JSON document");
        var expected = request.GetString("ExpectedRevisionId");
        request.RefuseOthers();
        RequireActive(table);
        RequireRevision(table, expected);
        if (table.Policy?.Document != document.ToText()) table.Policy = TablePolicy.Of(table.Arn, document);
        return Task.FromResult(new JsonObject { ["RevisionId"] = table.Policy.RevisionId });
    }

    public Task<JsonObject> GetResourcePolicy(PropertyReader request, CancellationToken cancellation)
    {
        var table = tables.OfArn(request.GetRequiredString("ResourceArn"));
        request.RefuseOthers();
        var policy = table.Policy
            ?? throw new AwsError("PolicyNotFoundException", $"Resource-based policy not found for the provided ResourceArn: Requested policy not found: {table.Arn}");
        return Task.FromResult(new JsonObject { ["Policy"] = policy.Document, ["RevisionId"] = policy.RevisionId });
    }

    public Task<JsonObject> DeleteResourcePolicy(PropertyReader request, CancellationToken cancellation)
    {
        var table = tables.OfArn(request.GetRequiredString("ResourceArn"));
        var expected = request.GetString("ExpectedRevisionId");
        request.RefuseOthers();
        RequireActive(table);
        RequireRevision(table, expected);
        var answer = new JsonObject();
        if (table.Policy is { } removed) answer["RevisionId"] = removed.RevisionId;
        table.Policy = null;
        return Task.FromResult(answer);
    }

    public static IReadOnlyList<(string Key, string Value)> ReadTags(PropertyReader owner) =>
        [.. owner.GetObjects("Tags").Select(tag => (tag.GetRequiredString("Key"), tag.GetRequiredString("Value")))];

    public static void SetTags(TableRecord table, IReadOnlyList<(string Key, string Value)> tags)
    {
        var all = table.Tags.SetItems(tags.Select(tag => KeyValuePair.Create(tag.Key, tag.Value)));
        table.Tags = all.Count <= TagLimit ? all : throw new AwsError("ValidationException", $"The number of tags exceeds the limit of {TagLimit}.");
    }

    private static void RequireActive(TableRecord table)
    {
        if (table.IsBeingRestored)
            throw new AwsError("ResourceInUseException", $"Attempt to change a resource which is still in use: Table is being created: {table.Name}");
    }

    private static void RequireRevision(TableRecord table, string? expected)
    {
        if (expected is null || expected == (table.Policy?.RevisionId ?? NoPolicy)) return;
        throw new AwsError("PolicyNotFoundException", $"Resource-based policy not found for the provided ResourceArn with revision {expected}: {table.Arn}");
    }
}
