using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>Which datastores a person's identities lead to.</summary>
/// <param name="Identities">For each datastore that can be reached, the identities it maps: no more than these go into its vault entry.</param>
/// <param name="Unreachable">For each other datastore, the identity types that would reach it.</param>
public sealed record Reach(
    IReadOnlyDictionary<string, IReadOnlyList<Identity>> Identities,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Unreachable)
{
    public static Reach Of(DataMap dataMap, IReadOnlyCollection<Identity> identities)
    {
        var reachable = new Dictionary<string, IReadOnlyList<Identity>>(StringComparer.Ordinal);
        var unreachable = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var datastore in dataMap.Datastores)
        {
            Identity[] mapped = [.. identities.Where(identity => datastore.Keys.Any(key => Maps(key, identity)))];
            if (mapped.Length > 0) reachable[datastore.Name] = mapped;
            else unreachable[datastore.Name] = [.. datastore.Keys.Select(key => key.IdentityType).Distinct()];
        }

        return new(reachable, unreachable);
    }

    // A hash finds a record only where the key itself is that hash.
    private static bool Maps(KeyMapping key, Identity identity) => key.IdentityType == identity.Type && key.Format == identity.Format;
}
