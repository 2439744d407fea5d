namespace ServerlessGdpr.Functions.Datastores.S3Logs;

/// <summary>A field of a log line and the value that makes the line a person's.</summary>
/// <param name="Path">As in <see cref="ExportRules"/>; a list, also the last, stands for each of its elements, and a field may have a dot in its own name.</param>
internal sealed record LogField(string Path, string Value)
{
    /// <summary>Longer values are in no log.</summary>
    private const int ValueBytes = 4096;

    public static LogField? Of(KeyMapping mapping, string value) =>
        KeyTemplate.Parse($"{{{mapping.IdentityType}}}", mapping.IdentityType).Expand(value, asPrefix: false, ValueBytes) is { } text ? new LogField(mapping.Field!, text) : null;
}
