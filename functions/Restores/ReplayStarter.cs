using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Runtime.Aws;

namespace ServerlessGdpr.Functions.Restores;

/// <summary>Starts the workflow <c>replay</c> on an attempt of a restore, and asks how it stands. Its name makes a second start harmless.</summary>
public sealed class ReplayStarter(IWorkflows workflows, string workflowArn, ILogger<ReplayStarter> log)
{
    public string WorkflowArn => workflowArn;

    public async Task StartAsync(string restoreId, int attempt, CancellationToken cancellation)
    {
        var name = RestoreId.ExecutionName(restoreId, attempt);
        var started = await workflows.StartAsync(workflowArn, name, Input(restoreId, attempt), cancellation);
        log.ReplayStarted(name, started);
    }

    /// <inheritdoc cref="IWorkflows.StatusAsync"/>
    public Task<string?> StatusAsync(string restoreId, int attempt, CancellationToken cancellation) =>
        workflows.StatusAsync(workflowArn, RestoreId.ExecutionName(restoreId, attempt), cancellation);

    private static string Input(string restoreId, int attempt)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("restoreId", restoreId);
            json.WriteNumber("attempt", attempt);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
