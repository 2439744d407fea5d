namespace ServerlessGdpr.Functions.Datastores.S3;

/// <summary>Where one identity's objects are: one key, or all keys under a prefix.</summary>
internal sealed record ObjectKeys(string Text, bool IsPrefix)
{
    /// <summary>AWS: a key has at most 1,024 bytes in UTF-8.</summary>
    private const int KeyBytes = 1024;

    public static ObjectKeys? Of(KeyMapping mapping, string value)
    {
        var template = KeyTemplate.Parse(mapping.KeyTemplate!, mapping.IdentityType);
        var prefix = template.EndsWithDelimiter;
        return template.Expand(value, prefix, KeyBytes, separator: '/') is { } text ? new ObjectKeys(text, prefix) : null;
    }

    public bool Contains(string key) => IsPrefix ? key.StartsWith(Text, StringComparison.Ordinal) : key == Text;
}
