using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>What people are given is indented, and their own letters are not escaped: it is read with an editor, never put into a page.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(BundleManifest))]
[JsonSerializable(typeof(JsonObject))]
public sealed partial class BundleJson : JsonSerializerContext
{
    /// <summary>As the defaults, for people.</summary>
    public static BundleJson Readable { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
