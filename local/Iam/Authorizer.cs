using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Iam.Policies;

namespace ServerlessGdpr.Local.Iam;

/// <summary>Evaluates the identity policies of roles, and the policies of the resources they use. A role that was not deployed is not restricted.</summary>
public sealed class Authorizer(IamStore store, params IEnumerable<IResourcePolicies> resources)
{
    private readonly IReadOnlyList<IResourcePolicies> resources = [.. resources];

    public bool Allows(string roleArn, Access access) => store.Find(roleArn) is not { } role || Evaluate(role, access) is Verdict.Allowed;

    /// <param name="service">The service that answers, for the wording.</param>
    /// <exception cref="AwsError">The role's policies do not allow it, or deny it.</exception>
    public void Require(string roleArn, Access access, string service)
    {
        if (store.Find(roleArn) is not { } role) return;
        var verdict = Evaluate(role, access);
        if (verdict is not Verdict.Allowed) throw Denial(role, access, verdict, service);
    }

    private Verdict Evaluate(IamRole role, Access access)
    {
        var asked = access.By(role);
        var own = Effects(store.PoliciesOf(role).SelectMany(policy => policy.Statements), asked);
        if (own.Contains(Effect.Deny)) return Verdict.Denied;

        // Within one account either side's permission is enough.
        var attached = Effects(resources.SelectMany(service => service.Of(access.Resource)?.Statements ?? []).Where(statement => SpeaksAbout(statement, role)), asked);
        return attached.Contains(Effect.Deny) ? Verdict.DeniedByResource
            : own.Contains(Effect.Allow) || attached.Contains(Effect.Allow) ? Verdict.Allowed
            : Verdict.NotAllowed;
    }

    private static HashSet<Effect> Effects(IEnumerable<PolicyStatement> statements, Access asked) =>
        [.. statements.Where(statement => statement.Concerns(asked)).Select(statement => statement.Effect)];

    private static bool SpeaksAbout(PolicyStatement statement, IamRole role) => statement is { Principals: { } principals }
        && (statement.Effect is Effect.Deny ? principals.Include(role.Arn) : principals.IncludeByItself(role.Arn));

    private static AwsError Denial(IamRole role, Access access, Verdict verdict, string service)
    {
        var why = verdict switch
        {
            Verdict.Denied => "with an explicit deny in an identity-based policy",
            Verdict.DeniedByResource => "with an explicit deny in a resource-based policy",
            _ => $"because no identity-based policy allows the {access.Action} action",
        };
        var message = $"User: arn:aws:sts::{CloudOptions.Account}:assumed-role/{role.Name}/local is not authorized to perform: {access.Action} on resource: {access.Resource} {why}";
        return service switch
        {
            "s3" or "sqs" => new AwsError("AccessDenied", message, 403),
            "lambda" => new AwsError("AccessDeniedException", message, 403),
            _ => new AwsError("AccessDeniedException", message),
        };
    }

    private enum Verdict
    {
        Allowed,
        NotAllowed,
        Denied,
        DeniedByResource,
    }
}
