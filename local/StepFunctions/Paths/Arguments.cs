using Newtonsoft.Json.Linq;

namespace ServerlessGdpr.Local.StepFunctions.Paths;

/// <summary>Reads the arguments of intrinsic functions.</summary>
internal static class Arguments
{
    public static string String(JToken token) => token.Type == JTokenType.String ? (string)token! : throw Wrong(token, "a string");

    public static JArray Array(JToken token) => token as JArray ?? throw Wrong(token, "an array");

    public static JObject Object(JToken token) => token as JObject ?? throw Wrong(token, "an object");

    /// <summary>A number, rounded half up as Java does.</summary>
    public static long Integer(JToken token) => token.Type switch
    {
        JTokenType.Integer when token is JValue { Value: long value } => value,
        JTokenType.Float => (long)Math.Floor((double)token + 0.5),
        _ => throw Wrong(token, "an integer"),
    };

    private static FormatException Wrong(JToken token, string expected) => new($"{expected} is expected, not {Json.Text(token)}");
}
