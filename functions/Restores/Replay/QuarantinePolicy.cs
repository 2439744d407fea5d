using System.Text;
using System.Text.Json;

namespace ServerlessGdpr.Functions.Restores.Replay;

/// <summary>A table's resource policy that denies every way of reading it, to everyone but the functions that replay into it.</summary>
internal static class QuarantinePolicy
{
    private static readonly string[] Reads =
        ["dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:ExportTableToPointInTime", "dynamodb:GetItem", "dynamodb:PartiQLSelect", "dynamodb:Query", "dynamodb:Scan"];

    public static string Of(string tableArn, IEnumerable<string> roleArns)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("Version", "2012-10-17");
            json.WriteStartArray("Statement");
            json.WriteStartObject();
            json.WriteString("Sid", "GdprReplayPending");
            json.WriteString("Effect", "Deny");
            json.WriteString("Principal", "*");
            Array(json, "Action", Reads);
            Array(json, "Resource", [tableArn, $"{tableArn}/index/*"]);
            json.WriteStartObject("Condition");
            json.WriteStartObject("ArnNotEquals");
            Array(json, "aws:PrincipalArn", roleArns);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void Array(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
