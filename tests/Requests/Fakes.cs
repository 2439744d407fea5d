using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Aws;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Tests.Requests;

/// <summary>A crash at the call of a port.</summary>
internal sealed class Crash() : TransientFailure("The process was killed.");

/// <summary>Sealed bytes are the plaintext with every bit turned: nothing of it can be found in a store by chance.</summary>
internal sealed class FakeEnvelope : IEnvelope
{
    public List<(string Request, string Datastore)> Contexts { get; } = [];

    public Task<byte[]> SealAsync(string request, string datastore, ReadOnlyMemory<byte> plaintext, CancellationToken cancellation)
    {
        lock (Contexts) Contexts.Add((request, datastore));
        return Task.FromResult(Turn(plaintext.Span));
    }

    public Task<byte[]> OpenAsync(string request, string datastore, ReadOnlyMemory<byte> sealedBytes, CancellationToken cancellation) =>
        Contexts.Contains((request, datastore)) ? Task.FromResult(Turn(sealedBytes.Span)) : throw new SealBroken();

    private static byte[] Turn(ReadOnlySpan<byte> bytes)
    {
        var turned = bytes.ToArray();
        for (var index = 0; index < turned.Length; index++) turned[index] ^= 0xFF;
        return turned;
    }
}

internal sealed class FakeMac : IRequestMac
{
    public Task<string> ComputeAsync(JsonElement detail, CancellationToken cancellation) =>
        Task.FromResult(Convert.ToHexStringLower(HMACSHA256.HashData("key"u8, CanonicalJson.Encode(detail))));

    public Task<string> ComputeAsync(Identity identity, CancellationToken cancellation) =>
        Task.FromResult(Convert.ToHexStringLower(HMACSHA256.HashData("key"u8, KmsRequestMac.Encode(identity))));
}

/// <summary>Executions by name, and task tokens that wait.</summary>
internal sealed class FakeWorkflows : IWorkflows
{
    private readonly Lock gate = new();

    public const string Arn = "arn:aws:states:eu-west-1:000000000000:stateMachine:erasure";

    public const string AccessArn = "arn:aws:states:eu-west-1:000000000000:stateMachine:access";

    public const string ReplayArn = "arn:aws:states:eu-west-1:000000000000:stateMachine:replay";

    public Dictionary<string, string> Executions { get; } = [];

    public List<string> Starts { get; } = [];

    /// <summary>How executions ended, by name; the others run.</summary>
    public Dictionary<string, string> Ended { get; } = [];

    public HashSet<string> Waiting { get; } = [];

    public List<JsonNode> Decisions { get; } = [];

    /// <summary>The next call does nothing and crashes.</summary>
    public bool CrashBefore { get; set; }

    /// <summary>The next call does its work and crashes then.</summary>
    public bool CrashAfter { get; set; }

    public Task<bool> StartAsync(string stateMachineArn, string name, string input, CancellationToken cancellation)
    {
        Before();
        if (stateMachineArn is not (Arn or AccessArn or ReplayArn)) throw new ArgumentException("There is no such state machine.", nameof(stateMachineArn));
        var isNew = false;
        lock (gate)
        {
            Starts.Add(name);
            isNew = Executions.TryAdd(name, input);
        }

        After();
        return Task.FromResult(isNew);
    }

    public Task<string?> StatusAsync(string stateMachineArn, string name, CancellationToken cancellation) =>
        Task.FromResult(Executions.ContainsKey(name) ? Ended.GetValueOrDefault(name, "RUNNING") : null);

    public Task<bool> SendTaskSuccessAsync(string token, string output, CancellationToken cancellation)
    {
        Before();
        var waits = Waiting.Remove(token);
        if (waits) Decisions.Add(JsonNode.Parse(output)!);
        After();
        return Task.FromResult(waits);
    }

    private void Before()
    {
        if (!CrashBefore) return;
        CrashBefore = false;
        throw new Crash();
    }

    private void After()
    {
        if (!CrashAfter) return;
        CrashAfter = false;
        throw new Crash();
    }
}

/// <summary>What was published, as the bus would see it.</summary>
internal sealed class FakeEvents : IEventPublisher
{
    public List<JsonObject> Published { get; } = [];

    public IEnumerable<string> Statuses => Published.Select(detail => (string)(detail["request_status"] ?? detail["restore_status"])!);

    public bool CrashBefore { get; set; }

    public bool CrashAfter { get; set; }

    public Task PublishAsync(string busName, string source, string detailType, string detailJson, CancellationToken cancellation)
    {
        if (CrashBefore)
        {
            CrashBefore = false;
            throw new Crash();
        }

        if ((busName, source) != ("bus", "serverless-gdpr") || detailType is not ("RequestStatusChanged" or "RestoreStatusChanged")) throw new ArgumentException("Not a status event.", nameof(detailType));
        lock (Published) Published.Add(JsonNode.Parse(detailJson)!.AsObject());
        if (!CrashAfter) return Task.CompletedTask;
        CrashAfter = false;
        throw new Crash();
    }
}
