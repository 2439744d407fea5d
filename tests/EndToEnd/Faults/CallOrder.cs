using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ServerlessGdpr.Tests.EndToEnd.Faults;

/// <summary>Which call first had the ledger remember a request, and which first touched a person's records, as the calls arrived.</summary>
internal sealed partial class CallOrder
{
    private static readonly string[] Stores = [Shop.Customers, Shop.Orders, Shop.Uploads];

    private readonly Dictionary<string, int> remembered = [], touched = [];

    public CallOrder(IReadOnlyList<CloudCall> calls, string ledger)
    {
        foreach (var (at, call) in calls.Index())
        {
            if (call.Operation == "PutItem" && call.Concerns(ledger)) remembered.TryAdd((string)JsonNode.Parse(call.Body)!["Item"]!["requestId"]!["S"]!, at);
            if (!call.IsWrite || !Stores.Any(call.Concerns)) continue;
            foreach (var person in PersonId().EnumerateMatches(call.Body)) touched.TryAdd(call.Body.Substring(person.Index, person.Length), at);
            foreach (var person in PersonId().EnumerateMatches(call.Path)) touched.TryAdd(call.Path.Substring(person.Index, person.Length), at);
        }
    }

    /// <returns>Null when it never was.</returns>
    public int? Remembered(IEnumerable<string> requests) => requests.Min(request => remembered.TryGetValue(request, out var at) ? at : (int?)null);

    /// <returns>Null when it never was.</returns>
    public int? Touched(Person person) => touched.TryGetValue(person.CustomerId, out var at) ? at : null;

    /// <summary>As <see cref="FaultHistory"/> names its people.</summary>
    [GeneratedRegex("P-[0-9]+-[0-9]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PersonId();
}
