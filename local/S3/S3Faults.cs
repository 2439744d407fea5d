using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.S3;

/// <summary>The faults planned for S3: of whole calls, and of single keys in a DeleteObjects that is otherwise answered with 200.</summary>
public sealed class S3Faults
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (int Times, AwsError Error)> deletions = new(StringComparer.Ordinal);

    public RequestFaults Requests { get; } = new();

    public static AwsError InternalError() => new("InternalError", "We encountered an internal error. Please try again.", 500);

    public static AwsError SlowDown() => new("SlowDown", "Please reduce your request rate.", 503);

    /// <summary>Makes the next <paramref name="times"/> DeleteObjects report <paramref name="error"/> for <paramref name="key"/>, and leave it.</summary>
    public void FailDeletion(string key, AwsError? error = null, int times = 1)
    {
        lock (gate) deletions[key] = (times, error ?? InternalError());
    }

    internal void RefuseDeletion(string key)
    {
        lock (gate)
        {
            if (!deletions.TryGetValue(key, out var planned)) return;
            if (planned.Times == 1) deletions.Remove(key);
            else deletions[key] = planned with { Times = planned.Times - 1 };
            throw planned.Error;
        }
    }
}
