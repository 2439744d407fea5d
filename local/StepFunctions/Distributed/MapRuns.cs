using System.Collections.Concurrent;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.Running;

namespace ServerlessGdpr.Local.StepFunctions.Distributed;

/// <summary>The map runs there are and were.</summary>
internal sealed class MapRuns
{
    private readonly ConcurrentDictionary<string, MapRun> byArn = new(StringComparer.Ordinal);

    public void Add(MapRun run) => byArn[run.Arn] = run;

    public MapRun Get(string arn) => byArn.GetValueOrDefault(arn) ?? throw new AwsError("ResourceNotFound", $"Resource not found: '{arn}'");

    /// <summary>The latest first.</summary>
    public IEnumerable<MapRun> Of(Execution parent) =>
        byArn.Values.Where(run => run.Parent == parent).OrderByDescending(run => run.StartDate).ThenBy(run => run.Arn, StringComparer.Ordinal);
}
