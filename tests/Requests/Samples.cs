using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Tests.Datastores;
using ServerlessGdpr.Tests.Support;

namespace ServerlessGdpr.Tests.Requests;

/// <summary>The events of <c>events/</c>, as EventBridge delivers them.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    /// <summary>What the samples' request is called inside.</summary>
    public static readonly string RequestId = Functions.Requests.RequestId.Of("com.example.shop", "8f14e45f-ceea-4c7a-9b3d-2f6a1c5d7e90");

    /// <summary>The data map that the samples are written for: the demo shop's.</summary>
    public static DataMap DataMap { get; } = new()
    {
        Controller = SampleProcessing.Controller,
        IdentityTypes = new Dictionary<string, IdentityTypeRules>
        {
            ["customer_id"] = new(),
            ["email"] = new() { CaseInsensitive = true, Trim = true },
        },
        Datastores =
        [
            Datastore("customers", "dynamodb", new KeyMapping { IdentityType = "customer_id", PartitionKey = new() { Name = "customer_id" } }),
            Datastore("orders", "dynamodb", new KeyMapping { IdentityType = "email", Index = "by-email", PartitionKey = new() { Name = "email" } }),
            Datastore("uploads", "s3", new KeyMapping { IdentityType = "customer_id", KeyTemplate = "customers/{customer_id}/" }),
        ],
    };

    public static JsonObject Read(string name) => JsonNode.Parse(Text(name), documentOptions: new() { AllowDuplicateProperties = true })!.AsObject();

    public static string Text(string name) => File.ReadAllText(Repository.PathOf("events", name));

    /// <summary>The body of the queue's message: EventBridge's envelope around a sample.</summary>
    public static string Body(string name, string? eventId = null, Action<JsonObject>? change = null)
    {
        var sample = Read(name);
        change?.Invoke(sample["Detail"]!.AsObject());
        return Body((string)sample["Source"]!, (string)sample["DetailType"]!, sample["Detail"]!.ToJsonString(), eventId);
    }

    public static string Body(string source, string detailType, string detail, string? eventId = null) =>
        $$"""
        {"version":"0","id":"{{eventId ?? Guid.NewGuid().ToString()}}","detail-type":"{{detailType}}","source":"{{source}}","account":"000000000000",
         "time":"2026-11-23T09:59:58Z","region":"eu-west-1","resources":[],"detail":{{detail}}}
        """;

    public static EventEnvelope Envelope(string name, Action<JsonObject>? change = null) => EventEnvelope.Parse(Body(name, change: change), "message-1")!;

    public static DatastoreEntry Datastore(string name, string kind, params KeyMapping[] keys) => new()
    {
        Name = name,
        Kind = kind,
        Location = $"arn:aws:{kind}:::{name}",
        Keys = keys,
        Action = new() { Kind = "delete" },
        BackupRetentionDays = 35,
        Processing = SampleProcessing.Processing,
    };
}
