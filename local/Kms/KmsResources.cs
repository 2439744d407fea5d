using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Kms;

/// <summary>AWS::KMS::Key and AWS::KMS::Alias.</summary>
public sealed class KmsResources(KeyStore keys) : IResourceProvider
{
    /// <summary>Understood, and without effect on one machine: no policy is evaluated, and no key lives long enough to rotate.</summary>
    private static readonly HashSet<string> WithoutEffect = new(StringComparer.Ordinal)
    {
        "KeyPolicy", "EnableKeyRotation", "RotationPeriodInDays", "PendingWindowInDays", "BypassPolicyLockoutSafetyCheck", "Tags",
    };

    public IReadOnlyCollection<string> ResourceTypes { get; } = ["AWS::KMS::Key", "AWS::KMS::Alias"];

    public Task<CreatedResource> CreateAsync(ResourceDefinition resource, CancellationToken cancellation) =>
        Task.FromResult(resource.Type is "AWS::KMS::Key" ? CreateKey(resource) : CreateAlias(resource));

    private static AwsError Unknown(ResourceDefinition resource, string property) =>
        AwsError.NotImplemented("cloudformation", $"{resource.Type}.{property} ({resource.LogicalId})");

    private CreatedResource CreateKey(ResourceDefinition resource)
    {
        var (spec, usage, description, enabled) = ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "", true);
        foreach (var (name, value) in resource.Properties)
        {
            switch (name)
            {
                case "KeySpec": spec = value!.GetValue<string>(); break;
                case "KeyUsage": usage = value!.GetValue<string>(); break;
                case "Description": description = value!.GetValue<string>(); break;
                case "Enabled": enabled = IsTrue(value); break;
                case "MultiRegion" when !IsTrue(value): break;
                case "Origin" when value?.GetValue<string>() is "AWS_KMS": break;
                case var _ when WithoutEffect.Contains(name): break;
                default: throw Unknown(resource, name);
            }
        }

        var key = keys.Create(spec, usage, description);
        key.Enabled = enabled;
        return new CreatedResource(key.Id.ToString(), new Dictionary<string, string>(StringComparer.Ordinal) { ["Arn"] = key.Arn, ["KeyId"] = key.Id.ToString() });
    }

    private CreatedResource CreateAlias(ResourceDefinition resource)
    {
        var extra = resource.Properties.FirstOrDefault(pair => pair.Key is not ("AliasName" or "TargetKeyId")).Key;
        if (extra is not null) throw Unknown(resource, extra);
        var alias = resource.Properties["AliasName"]!.GetValue<string>();
        keys.CreateAlias(alias, keys.Find(resource.Properties["TargetKeyId"]!.GetValue<string>()));
        return new CreatedResource(alias, new Dictionary<string, string>(StringComparer.Ordinal));
    }

    /// <summary>CloudFormation takes "true" for true.</summary>
    private static bool IsTrue(JsonNode? value) => string.Equals(value?.ToString(), "true", StringComparison.OrdinalIgnoreCase);
}

public static class KmsRegistration
{
    public static IServiceCollection AddKms(this IServiceCollection services) => services
        .AddSingleton<KeyStore>()
        .AddSingleton<KmsService>()
        .AddSingleton<IAwsService>(provider => provider.GetRequiredService<KmsService>())
        .AddSingleton<IResourceProvider, KmsResources>();
}
