using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Runtime.Aws;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>Starts the workflow of a request's type on an attempt, and asks how it stands. Its name makes a second start harmless.</summary>
public sealed class WorkflowStarter(IWorkflows workflows, RequestWorkflows served, ILogger<WorkflowStarter> log)
{
    /// <summary>The workflows that requests are served by.</summary>
    public RequestWorkflows Served => served;

    /// <param name="datastores">A later attempt: the tasks it is about; null for all that are not final.</param>
    public async Task StartAsync(RequestRecord request, int attempt, IReadOnlyList<string>? datastores, CancellationToken cancellation)
    {
        var name = RequestId.ExecutionName(request.RequestId, attempt);
        var started = await workflows.StartAsync(WorkflowOf(request), name, Input(request.RequestId, attempt, datastores), cancellation);
        log.Started(name, started);
    }

    /// <inheritdoc cref="IWorkflows.StatusAsync"/>
    public Task<string?> StatusAsync(RequestRecord request, int attempt, CancellationToken cancellation) =>
        workflows.StatusAsync(WorkflowOf(request), RequestId.ExecutionName(request.RequestId, attempt), cancellation);

    private string WorkflowOf(RequestRecord request) => request.IsErasure ? served.Erasure : served.Access;

    private static string Input(string requestId, int attempt, IReadOnlyList<string>? datastores)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("requestId", requestId);
            json.WriteNumber("attempt", attempt);
            if (datastores is not null) json.WriteNames("datastores", datastores);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}

/// <summary>The ARNs of the workflows that requests are served by.</summary>
/// <param name="Access">Of portability requests too.</param>
public sealed record RequestWorkflows(string Erasure, string Access)
{
    public bool Contains(string? arn) => arn == Erasure || arn == Access;
}

internal static class JsonWriting
{
    public static void WriteNames(this Utf8JsonWriter json, string property, IEnumerable<string> names)
    {
        json.WriteStartArray(property);
        foreach (var name in names) json.WriteStringValue(name);
        json.WriteEndArray();
    }
}
