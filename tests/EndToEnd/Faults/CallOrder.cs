using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ServerlessGdpr.Tests.EndToEnd.Faults;

/// <summary>Which call first had the ledger remember a request for a datastore, and which first touched a person's records in it, as the calls were served.</summary>
internal sealed partial class CallOrder
{
    private readonly Dictionary<(string Datastore, string Request), int> remembered = [];
    private readonly Dictionary<(string Datastore, string CustomerId), int> touched = [];

    public CallOrder(IReadOnlyList<CloudCall> calls, string ledger)
    {
        foreach (var (at, call) in calls.Index())
        {
            if (call.Operation == "PutItem" && call.Concerns(ledger))
            {
                var item = JsonNode.Parse(call.Body)!["Item"]!;
                remembered.TryAdd(((string)item["datastore"]!["S"]!, (string)item["requestId"]!["S"]!), at);
            }

            if (!call.IsWrite || Stores.FirstOrDefault(store => call.Concerns(store.Resource)).Datastore is not { } datastore) continue;
            var named = call.Body + call.Path;
            foreach (var person in PersonId().EnumerateMatches(named)) touched.TryAdd((datastore, named.Substring(person.Index, person.Length)), at);
        }
    }

    /// <summary>The shop's datastores by their names in the data map.</summary>
    public static IReadOnlyList<(string Datastore, string Resource)> Stores { get; } = [("customers", Shop.Customers), ("orders", Shop.Orders), ("uploads", Shop.Uploads)];

    /// <returns>When one of the requests was remembered first; null when none ever was.</returns>
    public int? Remembered(string datastore, IEnumerable<string> requests) => requests.Min(request => remembered.TryGetValue((datastore, request), out var at) ? at : (int?)null);

    /// <returns>Null when it never was.</returns>
    public int? Touched(string datastore, Person person) => touched.TryGetValue((datastore, person.CustomerId), out var at) ? at : null;

    /// <summary>As <see cref="FaultHistory"/> names its people.</summary>
    [GeneratedRegex("P-[0-9]+-[0-9]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PersonId();
}
