using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.CloudWatch;

/// <summary>AWS::CloudWatch::Alarm: recorded, not evaluated, for this cloud collects no metrics.</summary>
public sealed class AlarmProvider : IResourceProvider
{
    private static readonly string[] Known =
    [
        "AlarmActions", "AlarmDescription", "ActionsEnabled", "ComparisonOperator", "DatapointsToAlarm", "Dimensions", "EvaluateLowSampleCountPercentile",
        "EvaluationPeriods", "ExtendedStatistic", "InsufficientDataActions", "MetricName", "Metrics", "Namespace", "OKActions", "Period", "Statistic",
        "Tags", "Threshold", "ThresholdMetricId", "TreatMissingData", "Unit",
    ];

    private readonly ConcurrentDictionary<string, RecordedAlarm> alarms = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> ResourceTypes => ["AWS::CloudWatch::Alarm"];

    public IEnumerable<RecordedAlarm> Alarms => alarms.Values.OrderBy(alarm => alarm.Name, StringComparer.Ordinal);

    public Task<CreatedResource> CreateAsync(ResourceDefinition resource, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var properties = PropertyReader.Of(resource);
        properties.WithoutLocalEffect(Known);
        var name = properties.GetString("AlarmName") ?? resource.PhysicalName;
        properties.RefuseOthers();
        var alarm = new RecordedAlarm(name, Arns.Of("cloudwatch", $"alarm:{name}"), resource.Properties);
        if (!alarms.TryAdd(name, alarm)) throw new AwsError("ValidationError", $"Alarm {name} already exists.");
        return Task.FromResult(CreatedResource.Of(name, alarm.Arn));
    }
}

public sealed record RecordedAlarm(string Name, string Arn, JsonObject Properties);
