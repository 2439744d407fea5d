using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace ServerlessGdpr.Local.Hosting;

/// <summary>A page of a list, as the query string of a REST call asks for it.</summary>
/// <param name="Next">The key of the page's last item, when more follow.</param>
internal sealed record QueryPage<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <param name="all">In the order of their keys.</param>
    /// <param name="limit">The parameter that says how many items are wanted.</param>
    /// <param name="token">The parameter with the <see cref="Next"/> of the page before.</param>
    /// <param name="most">How many items the service puts on a page.</param>
    /// <param name="error">What the service calls a limit that is none.</param>
    public static QueryPage<T> Of(IQueryCollection query, IEnumerable<T> all, Func<T, string> key, string limit, string token, int most, string error)
    {
        var wanted = most;
        if (query[limit] is [{ Length: > 0 } text] && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out wanted) || wanted == 0))
            throw new AwsError(error, $"The value of {limit} must be a number from 1 on.");
        var after = query[token] is [{ Length: > 0 } given] ? given : null;
        var rest = all.Where(item => after is null || string.CompareOrdinal(key(item), after) > 0).Take(Math.Min(wanted, most) + 1).ToList();
        return rest.Count > Math.Min(wanted, most) ? new(rest[..^1], key(rest[^2])) : new(rest, null);
    }
}
