using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.AwsBackup;

/// <summary>The query string of a listing: filters and pages. What nothing here heeds is refused.</summary>
internal sealed class Listing
{
    private const int PageLimit = 1000;
    private readonly PropertyReader query;
    private readonly int start;
    private readonly int limit;

    /// <param name="filters">The parameters that the listing heeds, besides those of pages.</param>
    public Listing(string operation, IQueryCollection query, params ReadOnlySpan<string> filters)
    {
        this.query = BackupErrors.Reader(operation, new JsonObject(query.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value.ToString())))));
        start = this.query.GetInteger("nextToken", 0, int.MaxValue) ?? 0;
        limit = this.query.GetInteger("maxResults", 1, PageLimit) ?? PageLimit;
        this.query.WithoutLocalEffect(filters);
        this.query.RefuseOthers();
    }

    public bool Is(string parameter, string value) => query.GetString(parameter) is not { } wanted || wanted == value;

    public bool IsWithin(string after, string before, DateTimeOffset? instant)
    {
        var (from, until) = (Instant(after), Instant(before));
        return (from is null || instant > from) && (until is null || instant < until);
    }

    public JsonObject Page<T>(string name, IEnumerable<T> found, Func<T, bool> filter, Func<T, JsonObject> describe)
    {
        var matching = found.Where(filter).ToList();
        var answer = new JsonObject { [name] = new JsonArray([.. matching.Skip(start).Take(limit).Select(describe)]) };
        if (matching.Count > start + limit) answer["NextToken"] = (start + limit).ToString(CultureInfo.InvariantCulture);
        return answer;
    }

    private DateTimeOffset? Instant(string parameter)
    {
        if (query.GetString(parameter) is not { } text) return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : throw query.Invalid(parameter, "a date and time");
    }
}

internal static class BackupErrors
{
    public static PropertyReader Reader(string operation, JsonObject properties) => new(operation, properties, "InvalidParameterValueException");
}
