using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace ServerlessGdpr.Functions.Ledger;

/// <summary>The write-once copies of one ledger entry, as the evidence bucket lists them.</summary>
internal sealed partial class EntryCopies
{
    private readonly List<EntryCopy> copies = [];

    private EntryCopies(string datastore, string requestId)
    {
        Datastore = datastore;
        RequestId = requestId;
    }

    public string Datastore { get; }

    public string RequestId { get; }

    /// <summary>The last key, in the bucket's order.</summary>
    public string LastKey => copies[^1].Version.Key;

    public long Revision => copies.Max(copy => copy.Revision);

    /// <summary>Those of the highest revision: more than one where invocations failed between the copy and the table, or extended the entry at once.</summary>
    public IEnumerable<EntryCopy> Newest => copies.Where(copy => copy.Revision == Revision);

    public DateTimeOffset WrittenAt => copies.Max(copy => copy.Version.WrittenAt);

    /// <summary>As <see cref="LedgerEntry.Copies"/>.</summary>
    public IReadOnlyDictionary<string, string> Versions => copies.ToDictionary(copy => copy.Name, copy => copy.Version.VersionId);

    /// <summary>Groups what the bucket lists by key. What is not named like a copy is no copy.</summary>
    public static async IAsyncEnumerable<EntryCopies> GroupAsync(
        IAsyncEnumerable<EvidenceVersion> listed, [EnumeratorCancellation] CancellationToken cancellation)
    {
        EntryCopies? current = null;
        await foreach (var version in listed.WithCancellation(cancellation))
        {
            if (Name().Match(version.Key) is not { Success: true } name) continue;
            var (datastore, requestId) = (name.Groups["datastore"].Value, name.Groups["request"].Value);
            if (current is not null && (current.Datastore != datastore || current.RequestId != requestId))
            {
                yield return current;
                current = null;
            }

            current ??= new(datastore, requestId);

            // Written again after a day an object has a second version; the newest comes first.
            if (current.copies is [.., var last] && last.Version.Key == version.Key) continue;
            current.copies.Add(new(
                name.Groups["name"].Value, long.Parse(name.Groups["revision"].Value, CultureInfo.InvariantCulture), name.Groups["state"].Value, version));
        }

        if (current is not null) yield return current;
    }

    [GeneratedRegex(
        @"^ledger/(?<datastore>[^/]+)/(?<request>[^/]+)/(?<name>(?<revision>[0-9]{2,10})-(?<state>[a-z]+)(-until-[0-9]+)?)\.json\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}

/// <param name="Name">As in <see cref="LedgerEntry.Copies"/>.</param>
/// <param name="State">One of <see cref="LedgerStates"/>.</param>
internal sealed record EntryCopy(string Name, long Revision, string State, EvidenceVersion Version);
