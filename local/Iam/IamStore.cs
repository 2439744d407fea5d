using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace ServerlessGdpr.Local.Iam;

/// <summary>Roles with everything that is attached to them. The local cloud enforces none of it; tests read it.</summary>
public sealed class IamStore
{
    private readonly ConcurrentDictionary<string, IamRole> roles = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IamPolicy> managed = new(StringComparer.Ordinal);

    public IEnumerable<IamRole> Roles => roles.Values.OrderBy(role => role.Name, StringComparer.Ordinal);

    /// <summary>Customer managed policies, by ARN.</summary>
    public IReadOnlyDictionary<string, IamPolicy> ManagedPolicies => managed;

    public IamRole Role(string nameOrArn) =>
        roles.TryGetValue(nameOrArn[(nameOrArn.LastIndexOf('/') + 1)..], out var role) ? role : throw new Hosting.AwsError("NoSuchEntity", $"Role {nameOrArn} does not exist.", 404);

    internal void Add(IamRole role)
    {
        if (!roles.TryAdd(role.Name, role)) throw new Hosting.AwsError("EntityAlreadyExists", $"Role {role.Name} already exists.", 409);
    }

    internal void AddManaged(string arn, IamPolicy policy)
    {
        if (!managed.TryAdd(arn, policy)) throw new Hosting.AwsError("EntityAlreadyExists", $"Policy {policy.Name} already exists.", 409);
    }
}

/// <summary>A named policy document.</summary>
public sealed record IamPolicy(string Name, JsonObject Document);

/// <param name="Trust">Who may assume it.</param>
public sealed record IamRole(string Name, string Arn, JsonObject Trust)
{
    private readonly ConcurrentQueue<IamPolicy> inline = new();
    private readonly ConcurrentQueue<string> attached = new();

    public IReadOnlyCollection<IamPolicy> InlinePolicies => inline;

    /// <summary>ARNs of AWS's and the customer's managed policies.</summary>
    public IReadOnlyCollection<string> AttachedPolicies => attached;

    internal void Add(IamPolicy policy) => inline.Enqueue(policy);

    internal void Attach(string policyArn) => attached.Enqueue(policyArn);
}
