using System.Collections.Concurrent;
using System.Globalization;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Lambda;

/// <summary>The deployed functions with their versions and aliases.</summary>
public sealed class FunctionCatalog
{
    private const string Latest = "$LATEST";
    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);

    public IEnumerable<FunctionDefinition> All => entries.Values.Select(entry => entry.Definition).OrderBy(function => function.Name, StringComparer.Ordinal);

    public void Add(FunctionDefinition function)
    {
        if (!entries.TryAdd(function.Name, new Entry(function)))
        {
            throw new AwsError("ResourceConflictException", $"Function already exist: {function.Name}", 409);
        }
    }

    /// <summary>The function that a name or ARN means.</summary>
    /// <exception cref="AwsError">There is no such function, version or alias.</exception>
    public FunctionDefinition Find(string reference, string? qualifier = null)
    {
        var parsed = FunctionReference.Parse(reference);
        var wanted = qualifier ?? parsed.Qualifier ?? Latest;
        if (entries.TryGetValue(parsed.Name, out var entry) && (wanted == Latest || entry.Qualifiers.ContainsKey(wanted))) return entry.Definition;
        var arn = FunctionDefinition.ArnOf(parsed.Name) + (wanted == Latest ? "" : $":{wanted}");
        throw new AwsError("ResourceNotFoundException", $"Function not found: {arn}", 404);
    }

    /// <returns>The number of the new version.</returns>
    public string PublishVersion(string reference)
    {
        var entry = entries[Find(reference).Name];
        var version = entry.NextVersion().ToString(CultureInfo.InvariantCulture);
        entry.Qualifiers[version] = version;
        return version;
    }

    public void AddAlias(string reference, string alias, string version)
    {
        var function = Find(reference, version);
        entries[function.Name].Qualifiers[alias] = version;
    }

    private sealed class Entry(FunctionDefinition definition)
    {
        private int versions;

        public FunctionDefinition Definition => definition;

        public ConcurrentDictionary<string, string> Qualifiers { get; } = new(StringComparer.Ordinal);

        public int NextVersion() => Interlocked.Increment(ref versions);
    }
}
