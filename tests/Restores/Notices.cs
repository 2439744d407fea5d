using System.Globalization;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Recognition;

namespace ServerlessGdpr.Tests.Restores;

/// <summary>Notices in a line each, so that a table of them can be read.</summary>
internal static class Notices
{
    public static string Describe(RestoreNotice notice) => notice switch
    {
        Announced announced => $"{announced.Datastore}: {Describe(announced.Restore)}",
        NeedsOperator needed => $"operator, {needed.Reason}, {needed.Datastore ?? "?"}: {Describe(needed.Restore)}",
        SourceToLookUp open => $"source by {Describe(open.LookUp)}: {Describe(open.Restore)}",
        ObjectThawed thawed => $"{thawed.Datastore}: thawed in {thawed.Bucket}, {thawed.StorageClass}, version {thawed.VersionId?[..6]}, until {Text(thawed.Until)}",
        Ignored ignored => $"ignored, {ignored.Reason}",
        _ => throw new InvalidOperationException("A notice of an unknown kind."),
    };

    private static string Describe(Restore restore) =>
        $"{Describe(restore.Target)} of {Short(restore.SourceArn)} from {Short(restore.BackupArn)} {Describe(restore.AsOf)}{(restore.IsRestoreTest ? " (test)" : "")}";

    private static string Describe(RestoredResource? target) => target is null ? "?" : Short(target.Arn) + (target.InPlace ? " in place" : "");

    private static string Describe(AsOf asOf) => asOf switch
    {
        { LookUps: { Count: > 0 } open } => $"by {string.Join(", ", open.Select(Describe))}",
        { IsUnknowable: true } => "as of unknown",
        { From: { } from } => $"as of {Text(from)} {asOf.Confidence}",
        _ => $"at most {Text(asOf.AtMost)}",
    };

    private static string Describe(LookUp lookUp) =>
        lookUp.Action == LookUpAction.DescribeRestoreJob ? $"{lookUp.Action}" : $"{lookUp.Action}({Short(lookUp.Argument)})";

    /// <summary>An ARN without what it has in common with all others.</summary>
    private static string Short(string? arn)
    {
        var shorter = arn ?? "?";
        foreach (var part in new[] { "arn:aws:", "dynamodb:", "backup:", "rds:", "s3:::", $"{RestoreSamples.Region}:", $"{RestoreSamples.OwnAccount}:" })
            if (shorter.StartsWith(part, StringComparison.Ordinal)) shorter = shorter[part.Length..];
        return shorter.Replace("6f7f2c3e-5b1d-4a77-9a3c-1f3d0a4be201", "6f7f", StringComparison.Ordinal);
    }

    private static string Text(DateTimeOffset? instant) =>
        instant?.UtcDateTime.ToString("MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture) ?? "?";
}
