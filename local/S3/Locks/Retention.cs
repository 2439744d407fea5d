using System.Globalization;
using System.Xml.Linq;
using ServerlessGdpr.Local.S3.Xml;

namespace ServerlessGdpr.Local.S3.Locks;

/// <param name="Mode">GOVERNANCE or COMPLIANCE.</param>
public sealed record Retention(string Mode, DateTimeOffset Until)
{
    public const string Governance = "GOVERNANCE";
    public const string Compliance = "COMPLIANCE";

    public bool Holds(DateTimeOffset now) => Until > now;

    /// <exception cref="Hosting.AwsError">No such mode or date, or the date is past.</exception>
    public static Retention Parse(string mode, string until, DateTimeOffset now)
    {
        if (mode is not (Governance or Compliance)) throw S3Error.MalformedXml();
        if (!DateTimeOffset.TryParse(until, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date))
            throw S3Error.InvalidArgument("The retain until date must be provided in ISO 8601 format");
        return date > now ? new Retention(mode, date) : throw S3Error.InvalidArgument("The retain until date must be in the future!");
    }

    public XElement ToXml() => S3Xml.Element("Retention", S3Xml.Element("Mode", Mode), S3Xml.Element("RetainUntilDate", S3Xml.Instant(Until)));
}

/// <summary>A bucket's object lock, with what new objects get unless they say otherwise.</summary>
/// <param name="Mode">Null when there is no default retention; then days and years are null as well.</param>
public sealed record BucketLock(string? Mode, int? Days, int? Years)
{
    public static BucketLock WithoutDefault { get; } = new(null, null, null);

    public Retention? Default(DateTimeOffset now) =>
        Mode is null ? null : new Retention(Mode, Years is { } years ? now.AddYears(years) : now.AddDays(Days!.Value));

    public static BucketLock Parse(XElement configuration)
    {
        if (configuration.Text("ObjectLockEnabled") is not "Enabled") throw S3Error.MalformedXml();
        if (configuration.One("Rule")?.One("DefaultRetention") is not { } retention) return WithoutDefault;
        var mode = retention.Text("Mode");
        var (days, years) = (Positive(retention.Text("Days")), Positive(retention.Text("Years")));
        if (mode is not (Retention.Governance or Retention.Compliance) || days is null == years is null) throw S3Error.MalformedXml();
        return new BucketLock(mode, days, years);
    }

    public XElement ToXml() => S3Xml.Element(
        "ObjectLockConfiguration",
        S3Xml.Element("ObjectLockEnabled", "Enabled"),
        Mode is null
            ? null
            : S3Xml.Element(
                "Rule",
                S3Xml.Element("DefaultRetention", S3Xml.Element("Mode", Mode), S3Xml.Optional("Days", Days), S3Xml.Optional("Years", Years))));

    private static int? Positive(string? text)
    {
        if (text is null) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw S3Error.InvalidArgument("Default retention period must be a positive integer value");
    }
}
