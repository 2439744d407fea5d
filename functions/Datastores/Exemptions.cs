namespace ServerlessGdpr.Functions.Datastores;

/// <summary>Whether a record must be kept for now, and until when.</summary>
internal static class Exemptions
{
    /// <summary>How soon something kept without a readable end is examined again.</summary>
    public static readonly TimeSpan Reexamination = TimeSpan.FromDays(7);

    /// <summary>The instant at which the last exemption of a record ends; null when none applies. A record without the field is not exempt.</summary>
    /// <remarks>A field that is there but holds no instant keeps its record and is examined again: erasing what the law keeps cannot be undone.</remarks>
    /// <param name="field">The text or number in a field of the record; null when it is absent.</param>
    public static DateTimeOffset? EndsAt(IReadOnlyList<Exemption> exemptions, Func<string, string?> field, DateTimeOffset now)
    {
        DateTimeOffset? latest = null;
        foreach (var exemption in exemptions)
        {
            if (field(exemption.Field) is not { } value) continue;
            var end = FieldInstants.Lenient(value) is { } from && from.UtcDateTime < DateTime.MaxValue.AddDays(-exemption.KeepDays)
                ? from.AddDays(exemption.KeepDays)
                : now + Reexamination;
            if (end > now && (latest is null || end > latest)) latest = end;
        }

        return latest;
    }
}
