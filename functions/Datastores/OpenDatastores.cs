namespace ServerlessGdpr.Functions.Datastores;

/// <summary>The resources that a datastore's function works on, each opened once: the registered one at start, restored copies when they are first named.</summary>
internal sealed class OpenDatastores(Func<Target?, IDatastore> open)
{
    private const int MostTargets = 16;
    private readonly IDatastore registered = open(null);
    private readonly Dictionary<Target, IDatastore> targets = [];

    public IDatastore Open(Target? target)
    {
        if (target is null) return registered;
        if (targets.TryGetValue(target, out var known)) return known;

        // A function lives for hours, and copies are few at a time.
        if (targets.Count == MostTargets) targets.Clear();
        return targets[target] = open(target);
    }
}
