using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.DynamoDb.Backups;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.AwsBackup;

/// <summary>One job and where it stands.</summary>
internal abstract class Job(string id, string? role, DateTimeOffset createdAt)
{
    public const string Created = "CREATED";
    public const string Pending = "PENDING";
    public const string Running = "RUNNING";
    public const string Completed = "COMPLETED";
    public const string Failed = "FAILED";

    public string Id => id;

    public string? Role => role;

    public DateTimeOffset CreatedAt => createdAt;

    public string State { get; private set; } = Pending;

    public DateTimeOffset? CompletedAt { get; private set; }

    public string? Message { get; private set; }

    public abstract string ResourceType { get; }

    protected string PercentDone => State is Completed ? "100.00%" : "0.00%";

    public void Run() => State = Running;

    public void Complete(DateTimeOffset at) => (State, CompletedAt) = (Completed, at);

    public void Fail(string message, DateTimeOffset at) => (State, CompletedAt, Message) = (Failed, at, message);

    /// <summary>What every description of a job has.</summary>
    protected JsonObject Common()
    {
        var answer = new JsonObject
        {
            ["AccountId"] = CloudOptions.Account,
            [nameof(ResourceType)] = ResourceType,
            ["CreationDate"] = Epoch.Seconds(CreatedAt),
            [nameof(PercentDone)] = PercentDone,
            ["IsParent"] = false,
        };
        if (Role is not null) answer["IamRoleArn"] = Role;
        if (CompletedAt is { } completed) answer["CompletionDate"] = Epoch.Seconds(completed);
        if (Message is not null) answer["StatusMessage"] = Message;
        return answer;
    }

    protected static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    protected static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
