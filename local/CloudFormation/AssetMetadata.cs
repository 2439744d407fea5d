using System.Text.Json.Nodes;

namespace ServerlessGdpr.Local.CloudFormation;

/// <summary>CDK writes <c>aws:asset:path</c> only when its command line synthesizes; otherwise the asset manifest says which file an S3 key stands for.</summary>
internal static class AssetMetadata
{
    private const string PathName = "aws:asset:path";

    public static JsonObject? Of(JsonObject? metadata, JsonObject properties, IReadOnlyDictionary<string, string> assets)
    {
        var copy = metadata?.DeepClone().AsObject();
        if (copy?.ContainsKey(PathName) == true || Find(properties, assets) is not { } path) return copy;
        copy ??= [];
        copy[PathName] = path;
        return copy;
    }

    private static string? Find(JsonNode? node, IReadOnlyDictionary<string, string> assets) => node switch
    {
        JsonObject members => members.Select(member => Find(member.Value, assets)).FirstOrDefault(path => path is not null),
        JsonArray items => items.Select(item => Find(item, assets)).FirstOrDefault(path => path is not null),
        JsonValue value when value.TryGetValue<string>(out var text) && assets.TryGetValue(text, out var path) => path,
        _ => null,
    };
}
