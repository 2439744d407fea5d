using System.Text.Json.Nodes;
using ServerlessGdpr.Infra.Environments;

namespace ServerlessGdpr.Tests.EndToEnd.Scale;

/// <summary>The demo's data map, with other datastores in it.</summary>
internal static class ScaleMap
{
    /// <summary>A copy of one of the demo's datastores, changed.</summary>
    public static JsonObject Entry(string datastore, Action<JsonObject> change)
    {
        var entry = Demo()["datastores"]!.AsArray().Single(one => (string?)one!["name"] == datastore)!.DeepClone().AsObject();
        change(entry);
        return entry;
    }

    public static JsonNode Of(params JsonNode[] datastores)
    {
        var map = Demo();
        map["datastores"] = new JsonArray(datastores);
        return map;
    }

    private static JsonNode Demo() => JsonNode.Parse(File.ReadAllText(Repository.Find().Resolve("infra/datastores.json")))!;
}
