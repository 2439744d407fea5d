using System.Text.Json.Nodes;
using ServerlessGdpr.Local.DynamoDb.Backups;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.CloudTrail;

/// <summary>Tells of API calls as CloudTrail does, a little later, whether they succeeded or not.</summary>
internal sealed class CallEvents(RestoreAnnouncements announcements, BackgroundWork background, BackupTimings timings, TimeProvider time)
{
    /// <summary>Runs a call and tells of it.</summary>
    public async Task<T> ToldAsync<T>(ApiCall call, Func<Task<T>> run)
    {
        var at = time.GetUtcNow();
        try
        {
            var answer = await run();
            Tell(call.ToDetail(at, null));
            return answer;
        }
        catch (AwsError refused)
        {
            Tell(call.ToDetail(at, refused));
            throw;
        }

        void Tell(JsonObject detail) => background.Run(async (work, cancellation) =>
        {
            await work.WaitAsync(() => Task.Delay(timings.CallEvent, time, cancellation));
            await announcements.AnnounceAsync($"aws.{call.Service}", "AWS API Call via CloudTrail", detail, [], cancellation);
        });
    }
}
