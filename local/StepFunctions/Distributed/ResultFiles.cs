using System.Text;
using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.Paths;
using ServerlessGdpr.Local.StepFunctions.Running;

namespace ServerlessGdpr.Local.StepFunctions.Distributed;

/// <summary>Results that are written to S3: files of those that succeeded and of those that did not, and a manifest that names them.</summary>
internal sealed class ResultFiles(IObjectStore objects, MapRun run, string bucket, string? prefix) : IResults
{
    public const string Failed = "States.ResultWriterFailed";

    /// <summary>A file that grows beyond it is written and the next one begun. AWS does so at 5 GB; here no more is held in memory.</summary>
    public const int MostBytes = 4 * 1024 * 1024;

    private readonly string folder = $"{(string.IsNullOrEmpty(prefix) ? "" : prefix.TrimEnd('/') + "/")}{run.Id}/";
    private readonly Part succeeded = new("SUCCEEDED");
    private readonly Part failed = new("FAILED");

    public async Task AddAsync(Execution child, CancellationToken cancellation)
    {
        var part = child.Standing.Status == ExecutionStatus.Succeeded ? succeeded : failed;
        part.Add(Json.Text(ChildResult.Of(child)));
        run.Written(child);
        if (part.Length > MostBytes) await WriteAsync(part, cancellation);
    }

    public async Task<JToken> CompleteAsync(CancellationToken cancellation)
    {
        if (succeeded.Length > 0) await WriteAsync(succeeded, cancellation);
        if (failed.Length > 0) await WriteAsync(failed, cancellation);
        var manifest = new JObject
        {
            ["DestinationBucket"] = bucket,
            ["MapRunArn"] = run.Arn,
            ["ResultFiles"] = new JObject { ["FAILED"] = failed.Files, ["PENDING"] = new JArray(), ["SUCCEEDED"] = succeeded.Files },
        };
        var key = folder + "manifest.json";
        await PutAsync(key, Encoding.UTF8.GetBytes(Json.Text(manifest)), cancellation);
        return new JObject { ["MapRunArn"] = run.Arn, ["ResultWriterDetails"] = new JObject { ["Bucket"] = bucket, ["Key"] = key } };
    }

    private async Task WriteAsync(Part part, CancellationToken cancellation)
    {
        var (key, content) = ($"{folder}{part.Status}_{part.Files.Count}.json", part.Take());
        await PutAsync(key, content, cancellation);
        part.Files.Add(new JObject { ["Key"] = key, ["Size"] = content.Length });
    }

    private async Task PutAsync(string key, byte[] content, CancellationToken cancellation)
    {
        try
        {
            await objects.WriteAsync(bucket, key, content, cancellation);
        }
        catch (Exception error) when (error is AwsError or HttpRequestException)
        {
            throw new StateFailure(Failed, error.Message);
        }
    }

    /// <summary>The file being filled, and those of its kind that are written.</summary>
    private sealed class Part(string status)
    {
        private readonly StringBuilder text = new();

        public string Status { get; } = status;

        public JArray Files { get; } = [];

        public int Length => text.Length;

        public void Add(string result) => text.Append(text.Length == 0 ? '[' : ',').Append(result);

        public byte[] Take()
        {
            var content = Encoding.UTF8.GetBytes(text.Append(']').ToString());
            text.Clear();
            return content;
        }
    }
}
