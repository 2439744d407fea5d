using System.Collections.Concurrent;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Kms;

/// <summary>The keys and aliases of the account.</summary>
public sealed class KeyStore(TimeProvider time) : IDisposable
{
    private static readonly string ArnPrefix = $"arn:aws:kms:{CloudOptions.Region}:{CloudOptions.Account}:";
    private readonly ConcurrentDictionary<Guid, KmsKey> keys = new();
    private readonly ConcurrentDictionary<string, KmsKey> aliases = new(StringComparer.Ordinal);

    public IEnumerable<KmsKey> Keys => keys.Values.Where(key => !IsGone(key)).OrderBy(key => key.Id);

    public IEnumerable<KeyValuePair<string, KmsKey>> Aliases => aliases.Where(alias => !IsGone(alias.Value)).OrderBy(alias => alias.Key, StringComparer.Ordinal);

    public static string AliasArn(string alias) => ArnPrefix + alias;

    public KmsKey Create(string spec, string usage, string description)
    {
        var key = KmsKey.Create(spec, usage, description, time.GetUtcNow());
        keys[key.Id] = key;
        return key;
    }

    public void CreateAlias(string alias, KmsKey target)
    {
        if (!alias.StartsWith("alias/", StringComparison.Ordinal) || alias.StartsWith("alias/aws/", StringComparison.Ordinal) || alias.Length == "alias/".Length)
            throw new AwsError("InvalidAliasNameException", $"{alias} is not a name for an alias: it begins with alias/ and not with alias/aws/.");
        if (!aliases.TryAdd(alias, target))
            throw new AwsError("AlreadyExistsException", $"An alias with the name {AliasArn(alias)} already exists");
    }

    /// <param name="reference">A key id, a key ARN, an alias name or an alias ARN.</param>
    public KmsKey Find(string reference)
    {
        var name = reference;
        if (reference.StartsWith("arn:", StringComparison.Ordinal))
        {
            if (!reference.StartsWith(ArnPrefix, StringComparison.Ordinal)) throw NotFound(reference);
            name = reference[ArnPrefix.Length..];
            if (name.StartsWith("key/", StringComparison.Ordinal)) name = name["key/".Length..];
        }

        if (name.StartsWith("alias/", StringComparison.Ordinal))
            return aliases.TryGetValue(name, out var target) && !IsGone(target) ? target : throw new AwsError("NotFoundException", $"Alias {AliasArn(name)} is not found.");
        return Guid.TryParseExact(name, "D", out var id) ? Find(id) ?? throw NotFound(reference) : throw NotFound(reference);
    }

    public KmsKey? Find(Guid id) => keys.TryGetValue(id, out var key) && !IsGone(key) ? key : null;

    public void Dispose()
    {
        foreach (var key in keys.Values) key.Dispose();
    }

    private static AwsError NotFound(string reference) =>
        new("NotFoundException", $"Key '{(reference.StartsWith("arn:", StringComparison.Ordinal) ? reference : $"{ArnPrefix}key/{reference}")}' does not exist");

    private bool IsGone(KmsKey key) => key.DeletedAt <= time.GetUtcNow();
}
