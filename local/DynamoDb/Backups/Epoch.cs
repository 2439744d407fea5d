using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.DynamoDb.Backups;

/// <summary>Instants as AWS's JSON protocols carry them: seconds since 1970, with milliseconds.</summary>
internal static class Epoch
{
    public static decimal Seconds(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds() / 1000m;

    /// <returns>Null when it was not given.</returns>
    public static DateTimeOffset? Read(PropertyReader request, string name)
    {
        if (request.GetNode(name) is not { } node) return null;
        return node is JsonValue value && decimal.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > -62_135_596_800m and < 253_402_300_800m
                ? DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond))
                : throw request.Invalid(name, "seconds since 1970");
    }
}
