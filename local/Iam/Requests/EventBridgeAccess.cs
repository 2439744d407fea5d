using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Iam.Requests;

/// <summary>EventBridge. A bus with a customer key takes nothing of its publishers: EventBridge encrypts as itself.</summary>
internal sealed class EventBridgeAccess : IRequestAccess
{
    public string SigningName => "events";

    public async Task<IReadOnlyList<Access>> ReadAsync(HttpContext context)
    {
        var operation = JsonProtocol.Operation(context);
        if (operation != "PutEvents") throw RequestBody.Unknown(SigningName, operation);
        var entries = (await RequestBody.PeekAsync(context))["Entries"] as JsonArray ?? [];
        return
        [
            .. entries.OfType<JsonObject>().GroupBy(entry => ArnOf(entry.Text("EventBusName") ?? "default")).Select(bus => new Access("events:PutEvents", bus.Key)
                .With("events:source", bus.Select(entry => entry.Text("Source")).OfType<string>())
                .With("events:detail-type", bus.Select(entry => entry.Text("DetailType")).OfType<string>())),
        ];
    }

    /// <param name="bus">A name or an ARN.</param>
    private static string ArnOf(string bus) => bus.StartsWith("arn:", StringComparison.Ordinal) ? bus : Arns.Of("events", $"event-bus/{bus}");
}
