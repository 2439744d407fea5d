using System.Globalization;
using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Integrations;

/// <summary>What AWS adds to the answers of most integrations about the HTTP call it made.</summary>
internal sealed class SdkMetadata(TimeProvider time, Chance chance)
{
    public void AddTo(JObject answer, string contentType, long contentLength, params (string Name, string Value)[] more)
    {
        var requestId = chance.Uuid();
        (string Name, string Value)[] headers =
        [
            ("Connection", "keep-alive"),
            ("Content-Length", contentLength.ToString(CultureInfo.InvariantCulture)),
            ("Content-Type", contentType),
            ("Date", time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture)),
            ("x-amzn-RequestId", requestId),
            .. more,
        ];
        answer["SdkHttpMetadata"] = new JObject
        {
            ["AllHttpHeaders"] = new JObject(headers.Select(header => new JProperty(header.Name, new JArray(header.Value)))),
            ["HttpHeaders"] = new JObject(headers.Select(header => new JProperty(header.Name, header.Value))),
            ["HttpStatusCode"] = 200,
        };
        answer["SdkResponseMetadata"] = new JObject { ["RequestId"] = requestId };
    }
}
