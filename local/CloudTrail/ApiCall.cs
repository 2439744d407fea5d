using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.CloudTrail;

/// <param name="Service">As endpoints name it, for example <c>dynamodb</c>.</param>
/// <param name="Parameters">The request, with CloudTrail's spelling of names.</param>
internal sealed record ApiCall(string Service, string Name, JsonObject Parameters)
{
    /// <summary>The service that called on the customer's behalf; null when the customer did.</summary>
    public string? InvokedBy { get; init; }

    public JsonObject ToDetail(DateTimeOffset at, AwsError? refusal)
    {
        var caller = InvokedBy ?? "127.0.0.1";
        var identity = new JsonObject { ["type"] = "AssumedRole", ["accountId"] = CloudOptions.Account };
        if (InvokedBy is not null) identity["invokedBy"] = InvokedBy;
        var detail = new JsonObject
        {
            ["eventVersion"] = "1.11",
            ["userIdentity"] = identity,
            ["eventTime"] = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
            ["eventSource"] = $"{Service}.amazonaws.com",
            ["eventName"] = Name,
            ["awsRegion"] = CloudOptions.Region,
            ["sourceIPAddress"] = caller,
            ["userAgent"] = InvokedBy ?? "aws-sdk",
            ["requestParameters"] = Parameters.DeepClone(),
            ["responseElements"] = null,
            ["requestID"] = Guid.NewGuid().ToString(),
            ["eventID"] = Guid.NewGuid().ToString(),
            ["readOnly"] = false,
            ["eventType"] = "AwsApiCall",
            ["managementEvent"] = true,
            ["recipientAccountId"] = CloudOptions.Account,
            ["eventCategory"] = "Management",
        };
        if (refusal is null) return detail;
        detail["errorCode"] = refusal.Code;
        detail["errorMessage"] = refusal.Message;
        return detail;
    }
}
