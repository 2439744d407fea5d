namespace ServerlessGdpr.Functions.Restores.Copies;

/// <summary>The restored resources that are registered as copies.</summary>
public interface ICopies
{
    /// <summary>The datastores that a resource is a restored copy of; empty when it is none.</summary>
    Task<IReadOnlyList<string>> DatastoresOfAsync(string arn, CancellationToken cancellation);
}
