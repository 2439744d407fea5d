using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.Local.Support;
using Shouldly;

namespace ServerlessGdpr.Tests.Local.AwsBackup;

/// <summary>AWS Backup as its clients call it.</summary>
internal sealed class BackupApi(Cloud cloud) : IDisposable
{
    public const string Vault = "vault";
    public const string Role = "arn:aws:iam::000000000000:role/backup";
    private readonly HttpClient http = new() { BaseAddress = cloud.Endpoint };

    public async Task<(int Status, JsonObject Body)> CallAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(method, path);
        message.Headers.TryAddWithoutValidation("Authorization", AwsJson.Authorization("backup"));
        if (body is not null) message.Content = new StringContent(body.ToJsonString());
        using var answer = await http.SendAsync(message, cancellation);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellation))!.AsObject());
    }

    public async Task<JsonObject> PutAsync(string path, JsonObject body, CancellationToken cancellation)
    {
        var (status, answer) = await CallAsync(HttpMethod.Put, path, body, cancellation);
        status.ShouldBe(200, answer.ToJsonString());
        return answer;
    }

    public async Task<JsonObject> GetAsync(string path, CancellationToken cancellation)
    {
        var (status, answer) = await CallAsync(HttpMethod.Get, path, null, cancellation);
        status.ShouldBe(200, answer.ToJsonString());
        return answer;
    }

    /// <summary>Backs a resource up into the vault.</summary>
    /// <returns>The finished job.</returns>
    public async Task<JsonObject> BackUpAsync(string resourceArn, CancellationToken cancellation)
    {
        var started = await PutAsync(
            "/backup-jobs", new JsonObject { ["BackupVaultName"] = Vault, ["ResourceArn"] = resourceArn, ["IamRoleArn"] = Role }, cancellation);
        return await FinishedAsync($"/backup-jobs/{started["BackupJobId"]}", "State", cancellation);
    }

    public Task<JsonObject> StartRestoreAsync(string recoveryPointArn, JsonObject metadata, CancellationToken cancellation, string? token = null) => PutAsync(
        "/restore-jobs",
        new JsonObject { ["RecoveryPointArn"] = recoveryPointArn, ["IamRoleArn"] = Role, ["Metadata"] = metadata, ["IdempotencyToken"] = token },
        cancellation);

    /// <returns>The finished job.</returns>
    public async Task<JsonObject> RestoreAsync(string recoveryPointArn, JsonObject metadata, CancellationToken cancellation)
    {
        var started = await StartRestoreAsync(recoveryPointArn, metadata, cancellation);
        return await FinishedAsync($"/restore-jobs/{started["RestoreJobId"]}", "Status", cancellation);
    }

    public void Dispose() => http.Dispose();

    private async Task<JsonObject> FinishedAsync(string path, string state, CancellationToken cancellation)
    {
        var job = new JsonObject();
        await cloud.VirtualTime.AdvanceUntilAsync(
            async () =>
            {
                job = await GetAsync(path, cancellation);
                return job[state]!.ToString() is "COMPLETED" or "FAILED";
            },
            TimeSpan.FromHours(1),
            cancellation);
        return job;
    }
}
