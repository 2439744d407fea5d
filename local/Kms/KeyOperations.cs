using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Kms;

/// <summary>Making, naming, listing and ending keys.</summary>
internal sealed class KeyOperations(KeyStore keys, TimeProvider time)
{
    public JsonObject CreateKey(KmsRequest request)
    {
        var spec = request.TextOrNull("KeySpec") ?? request.TextOrNull("CustomerMasterKeySpec") ?? "SYMMETRIC_DEFAULT";
        var usage = request.TextOrNull("KeyUsage") ?? "ENCRYPT_DECRYPT";
        var description = request.TextOrNull("Description") ?? "";
        request.Skip("Policy", "BypassPolicyLockoutSafetyCheck", "Tags");
        if (request.TextOrNull("Origin") is { } origin and not "AWS_KMS") throw AwsError.NotImplemented("kms", $"CreateKey with Origin {origin}");
        if (request.Flag("MultiRegion")) throw AwsError.NotImplemented("kms", "CreateKey with MultiRegion");
        request.RefuseTheRest("CreateKey");
        return Describe(keys.Create(spec, usage, description));
    }

    public static JsonObject DescribeKey(KmsRequest request)
    {
        var key = request.Key();
        request.RefuseTheRest("DescribeKey");
        return Describe(key);
    }

    public JsonObject ListKeys(KmsRequest request)
    {
        var page = Page(keys.Keys, key => key.Id.ToString(), request, "ListKeys", out var next);
        return Truncated(next, "Keys", page.Select(key => (JsonNode)new JsonObject { ["KeyId"] = key.Id.ToString(), ["KeyArn"] = key.Arn }));
    }

    public JsonObject CreateAlias(KmsRequest request)
    {
        var alias = request.Text("AliasName");
        var target = request.Key("TargetKeyId");
        request.RefuseTheRest("CreateAlias");
        keys.CreateAlias(alias, target);
        return [];
    }

    public JsonObject ListAliases(KmsRequest request)
    {
        var target = request.KeyIfNamed("KeyId");
        var matching = keys.Aliases.Where(alias => target is null || alias.Value == target);
        var page = Page(matching, alias => alias.Key, request, "ListAliases", out var next);
        return Truncated(next, "Aliases", page.Select(alias => (JsonNode)new JsonObject
        {
            ["AliasName"] = alias.Key,
            ["AliasArn"] = KeyStore.AliasArn(alias.Key),
            ["TargetKeyId"] = alias.Value.Id.ToString(),
        }));
    }

    public static JsonObject EnableKey(KmsRequest request) => SetEnabled(request, "EnableKey", enabled: true);

    public static JsonObject DisableKey(KmsRequest request) => SetEnabled(request, "DisableKey", enabled: false);

    public JsonObject ScheduleKeyDeletion(KmsRequest request)
    {
        var key = request.Key();
        var days = request.Number("PendingWindowInDays", 7, 30) ?? 30;
        request.RefuseTheRest("ScheduleKeyDeletion");
        if (key.DeletedAt is not null) throw new AwsError("KMSInvalidStateException", $"{key.Arn} is pending deletion.");
        key.DeletedAt = time.GetUtcNow().AddDays(days);
        return new JsonObject { ["KeyId"] = key.Arn, ["DeletionDate"] = Seconds(key.DeletedAt.Value), ["KeyState"] = key.State, ["PendingWindowInDays"] = days };
    }

    public static JsonObject CancelKeyDeletion(KmsRequest request)
    {
        var key = request.Key();
        request.RefuseTheRest("CancelKeyDeletion");
        if (key.DeletedAt is null) throw new AwsError("KMSInvalidStateException", $"{key.Arn} is not pending deletion.");
        key.DeletedAt = null;
        key.Enabled = false;
        return new JsonObject { ["KeyId"] = key.Arn };
    }

    private static JsonObject SetEnabled(KmsRequest request, string operation, bool enabled)
    {
        var key = request.Key();
        request.RefuseTheRest(operation);
        if (key.DeletedAt is not null) throw new AwsError("KMSInvalidStateException", $"{key.Arn} is pending deletion.");
        key.Enabled = enabled;
        return [];
    }

    private static JsonObject Describe(KmsKey key)
    {
        var metadata = new JsonObject
        {
            ["AWSAccountId"] = CloudOptions.Account,
            ["KeyId"] = key.Id.ToString(),
            ["Arn"] = key.Arn,
            ["CreationDate"] = Seconds(key.CreatedAt),
            ["Enabled"] = key.State is "Enabled",
            ["Description"] = key.Description,
            ["KeyUsage"] = key.Usage,
            ["KeyState"] = key.State,
            ["Origin"] = "AWS_KMS",
            ["KeyManager"] = "CUSTOMER",
            ["KeySpec"] = key.Spec,
            ["CustomerMasterKeySpec"] = key.Spec,
            ["MultiRegion"] = false,
        };
        if (key.DeletedAt is { } deletedAt) metadata["DeletionDate"] = Seconds(deletedAt);
        var (list, algorithms) = key.Usage switch
        {
            "ENCRYPT_DECRYPT" => ("EncryptionAlgorithms", new[] { "SYMMETRIC_DEFAULT" }),
            "GENERATE_VERIFY_MAC" => ("MacAlgorithms", [MacOperations.AlgorithmOf(key)]),
            _ => ("SigningAlgorithms", SignatureOperations.AlgorithmsOf(key)),
        };
        metadata[list] = new JsonArray([.. algorithms.Select(name => (JsonNode)name)]);
        return new JsonObject { ["KeyMetadata"] = metadata };
    }

    private static double Seconds(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds() / 1000.0;

    private static List<T> Page<T>(IEnumerable<T> all, Func<T, string> name, KmsRequest request, string operation, out string? next)
    {
        var limit = request.Number("Limit", 1, 1000) ?? 100;
        var marker = request.TextOrNull("Marker");
        request.RefuseTheRest(operation);
        var page = all.Where(item => marker is null || string.CompareOrdinal(name(item), marker) > 0).Take(limit + 1).ToList();
        next = page.Count > limit ? name(page[limit - 1]) : null;
        return page.Count > limit ? page[..limit] : page;
    }

    private static JsonObject Truncated(string? next, string list, IEnumerable<JsonNode> items)
    {
        var answer = new JsonObject { [list] = new JsonArray([.. items]), ["Truncated"] = next is not null };
        if (next is not null) answer["NextMarker"] = next;
        return answer;
    }
}
