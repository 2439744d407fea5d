using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Iam;

/// <summary>AWS::IAM::Role, AWS::IAM::Policy and AWS::IAM::ManagedPolicy.</summary>
public sealed class IamProvider(IamStore store) : IResourceProvider
{
    public IReadOnlyCollection<string> ResourceTypes => ["AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"];

    public Task<CreatedResource> CreateAsync(ResourceDefinition resource, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var properties = PropertyReader.Of(resource);
        return Task.FromResult(resource.Type switch
        {
            "AWS::IAM::Role" => CreateRole(properties, resource.PhysicalName),
            "AWS::IAM::Policy" => CreatePolicy(properties),
            _ => CreateManagedPolicy(properties, resource.PhysicalName),
        });
    }

    private CreatedResource CreateRole(PropertyReader properties, string physicalName)
    {
        properties.WithoutLocalEffect("Tags", "Description", "MaxSessionDuration");
        var name = properties.GetString("RoleName") ?? physicalName;
        var role = new IamRole(name, Arns.OfIam($"role{properties.GetString("Path") ?? "/"}{name}"), Document(properties, "AssumeRolePolicyDocument"));
        foreach (var policy in properties.GetObjects("Policies")) role.Put(new IamPolicy(policy.GetRequiredString("PolicyName"), Document(policy, "PolicyDocument")));
        foreach (var arn in properties.GetStrings("ManagedPolicyArns"))
        {
            store.Managed(arn);
            role.Attach(arn);
        }

        properties.RefuseOthers();
        store.Add(role);
        var id = $"AROA{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16]}";
        return new CreatedResource(name, new Dictionary<string, string>(StringComparer.Ordinal) { ["Arn"] = role.Arn, ["RoleId"] = id });
    }

    private CreatedResource CreatePolicy(PropertyReader properties)
    {
        var policy = new IamPolicy(properties.GetRequiredString("PolicyName"), Document(properties, "PolicyDocument"));
        var roles = properties.GetStrings("Roles");
        properties.RefuseOthers();
        if (roles.Count == 0) throw properties.Invalid("Roles", "given: the local cloud has neither users nor groups");
        foreach (var role in roles) store.Role(role).Put(policy);
        return new CreatedResource(policy.Name, new Dictionary<string, string>(StringComparer.Ordinal) { ["Id"] = policy.Name });
    }

    private CreatedResource CreateManagedPolicy(PropertyReader properties, string physicalName)
    {
        properties.WithoutLocalEffect("Description");
        var policy = new IamPolicy(properties.GetString("ManagedPolicyName") ?? physicalName, Document(properties, "PolicyDocument"));
        var arn = Arns.OfIam($"policy{properties.GetString("Path") ?? "/"}{policy.Name}");
        var roles = properties.GetStrings("Roles");
        properties.RefuseOthers();
        store.AddManaged(arn, policy);
        foreach (var role in roles) store.Role(role).Attach(arn);
        return new CreatedResource(arn, new Dictionary<string, string>(StringComparer.Ordinal) { ["PolicyArn"] = arn });
    }

    private static JsonObject Document(PropertyReader properties, string name) =>
        properties.GetDocument(name)?.DeepClone().AsObject() ?? throw properties.Invalid(name, "given");
}
