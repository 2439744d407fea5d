using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Iam.Policies;

namespace ServerlessGdpr.Local.Iam;

/// <summary>Roles with everything that is attached to them.</summary>
public sealed class IamStore
{
    private readonly ConcurrentDictionary<string, IamRole> roles = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IamRole> byAccessKey = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IamPolicy> managed = new(StringComparer.Ordinal);

    public IEnumerable<IamRole> Roles => roles.Values.OrderBy(role => role.Name, StringComparer.Ordinal);

    /// <summary>Customer managed policies, by ARN.</summary>
    public IReadOnlyDictionary<string, IamPolicy> ManagedPolicies => managed;

    public IamRole Role(string nameOrArn) => Find(nameOrArn) ?? throw new AwsError("NoSuchEntity", $"Role {nameOrArn} does not exist.", 404);

    public IamRole? Find(string nameOrArn) => roles.GetValueOrDefault(nameOrArn[(nameOrArn.LastIndexOf('/') + 1)..]);

    /// <summary>The role whose credentials have that access key id.</summary>
    public IamRole? FindByAccessKey(string accessKey) => byAccessKey.GetValueOrDefault(accessKey);

    /// <summary>Its inline policies and those that are attached to it.</summary>
    public IEnumerable<IamPolicy> PoliciesOf(IamRole role) => role.Inline.Concat(role.AttachedPolicies.Select(Managed));

    /// <exception cref="AwsError">There is no such policy, or it is one of AWS's whose content is not known here.</exception>
    internal IamPolicy Managed(string arn) => managed.GetValueOrDefault(arn) ?? AwsManagedPolicies.Find(arn)
        ?? throw new AwsError("NoSuchEntity", $"Policy {arn} does not exist, or the local cloud does not know what it allows.", 404);

    internal void Add(IamRole role)
    {
        if (!roles.TryAdd(role.Name, role)) throw new AwsError("EntityAlreadyExists", $"Role {role.Name} already exists.", 409);
        byAccessKey[AccessKeys.Of(role.Arn)] = role;
    }

    internal void AddManaged(string arn, IamPolicy policy)
    {
        if (!managed.TryAdd(arn, policy)) throw new AwsError("EntityAlreadyExists", $"Policy {policy.Name} already exists.", 409);
    }
}

/// <summary>A named policy document. One that cannot be evaluated in full is refused when it is made.</summary>
public sealed record IamPolicy(string Name, JsonObject Document)
{
    internal IReadOnlyList<PolicyStatement> Statements { get; } = PolicyReader.Read(Name, Document);
}

/// <param name="Trust">Who may assume it; not evaluated.</param>
public sealed record IamRole(string Name, string Arn, JsonObject Trust)
{
    private readonly ConcurrentDictionary<string, IamPolicy> inline = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> attached = new();

    /// <summary>The condition keys that every request of it has.</summary>
    internal ImmutableDictionary<string, ImmutableArray<string>> Keys { get; } = Access.NoKeys
        .Add("aws:PrincipalArn", [Arn])
        .Add("aws:PrincipalAccount", [CloudOptions.Account])
        .Add("aws:ResourceAccount", [CloudOptions.Account])
        .Add("aws:RequestedRegion", [CloudOptions.Region])
        // As it would be: on AWS clients speak TLS.
        .Add("aws:SecureTransport", ["true"]);

    /// <summary>In no order.</summary>
    internal IEnumerable<IamPolicy> Inline => inline.Select(named => named.Value);

    public IReadOnlyCollection<IamPolicy> InlinePolicies => [.. inline.Values.OrderBy(policy => policy.Name, StringComparer.Ordinal)];

    /// <summary>ARNs of AWS's and the customer's managed policies.</summary>
    public IReadOnlyCollection<string> AttachedPolicies => attached;

    /// <summary>Embeds a policy, in place of one of the same name.</summary>
    public void Put(IamPolicy policy) => inline[policy.Name] = policy;

    internal void Attach(string policyArn) => attached.Enqueue(policyArn);
}
