using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Iam.Requests;

namespace ServerlessGdpr.Local.CloudFormation;

/// <summary>Deploys a synthesized CDK app: every stack, every resource, each after what it needs. What the local cloud does not know is refused by name.</summary>
public sealed class Deployer(IEnumerable<IResourceProvider> providers, Deployments deployments, EncryptionKeys encryptionKeys, InFlight inFlight)
{
    private readonly Dictionary<string, IResourceProvider> byType = providers
        .SelectMany(provider => provider.ResourceTypes.Select(type => (type, provider)))
        .ToDictionary(pair => pair.type, pair => pair.provider, StringComparer.Ordinal);

    /// <param name="directory">The app's <c>cdk.out</c>.</param>
    /// <exception cref="AwsError">Something in a template is unknown here, refers to nothing, or is refused by its service; the message names stack and logical id.</exception>
    public async Task DeployAppAsync(string directory, CancellationToken cancellation)
    {
        var assembly = new CloudAssembly(directory);
        foreach (var stack in assembly.Stacks)
        {
            var document = Parse(stack.Name, await File.ReadAllTextAsync(stack.TemplateFile, cancellation));
            await DeployStackAsync(stack, document, assembly.Root, cancellation);
        }
    }

    /// <summary>Deploys one template that is no part of an app.</summary>
    /// <param name="parameters">Values for the template's parameters.</param>
    public Task<DeployedStack> DeployTemplateAsync(string stack, string template, IReadOnlyDictionary<string, string>? parameters, CancellationToken cancellation)
    {
        var artifact = new StackArtifact(stack, "", parameters ?? new Dictionary<string, string>(), new Dictionary<string, string>());
        return DeployStackAsync(artifact, Parse(stack, template), Directory.GetCurrentDirectory(), cancellation);
    }

    private async Task<DeployedStack> DeployStackAsync(StackArtifact stack, JsonObject document, string assetDirectory, CancellationToken cancellation)
    {
        using var work = inFlight.Begin();
        if (deployments.Contains(stack.Name)) throw new AwsError("AlreadyExistsException", $"Stack {stack.Name} exists already; the local cloud does not update stacks.");
        var template = new Template(stack.Name, document);
        var scope = new StackScope(stack.Name, template, StackParameters.Resolve(stack.Name, template.Parameters, stack.Parameters), deployments);
        RefuseUnknownTypes(stack.Name, template);

        var wanted = template.Resources.Where(resource => resource.Condition is not { } condition || scope.Condition(condition, Where(stack.Name, resource))).ToList();
        List<DeployedResource> deployed = [];
        foreach (var resource in ResourceOrder.Of(stack.Name, wanted, scope))
        {
            var properties = new Resolver(Where(stack.Name, resource), scope).ResolveObject(resource.Properties);
            var created = await CreateAsync(stack, resource, properties, assetDirectory, cancellation);
            scope.Add(resource.LogicalId, created);
            deployed.Add(new DeployedResource(stack.Name, resource.LogicalId, resource.Type, created.Ref, created.Attributes, properties));
            encryptionKeys.Learn(deployed[^1]);
        }

        var (outputs, exports) = ResolveOutputs(stack.Name, template.Outputs, scope);
        var result = new DeployedStack(stack.Name, deployed, outputs);
        deployments.Add(result, exports);
        return result;
    }

    private async Task<CreatedResource> CreateAsync(StackArtifact stack, TemplateResource resource, JsonObject properties, string assetDirectory, CancellationToken cancellation)
    {
        var definition = new ResourceDefinition(
            resource.Type,
            resource.LogicalId,
            stack.Name,
            PhysicalNames.Of(stack.Name, resource.LogicalId),
            properties.DeepClone().AsObject(),
            AssetMetadata.Of(resource.Metadata, properties, stack.Assets),
            assetDirectory);
        try
        {
            return await byType[resource.Type].CreateAsync(definition, cancellation);
        }
        catch (AwsError error)
        {
            throw new AwsError(error.Code, $"{Where(stack.Name, resource)} ({resource.Type}): {error.Message}", error.Status);
        }
    }

    private void RefuseUnknownTypes(string stack, Template template)
    {
        foreach (var resource in template.Resources)
        {
            if (!byType.ContainsKey(resource.Type))
                throw new AwsError("ValidationError", $"{Where(stack, resource)}: the local cloud does not know resources of type {resource.Type}.");
        }
    }

    private static (Dictionary<string, string> Outputs, Dictionary<string, string> Exports) ResolveOutputs(string stack, JsonObject declared, StackScope scope)
    {
        Dictionary<string, string> outputs = new(StringComparer.Ordinal);
        Dictionary<string, string> exports = new(StringComparer.Ordinal);
        foreach (var (name, declaration) in declared)
        {
            var where = $"Stack {stack}, output {name}";
            var reader = new PropertyReader(where, (JsonObject)declaration!);
            reader.WithoutLocalEffect("Description");
            var resolver = new Resolver(where, scope);
            var condition = reader.GetString("Condition");
            var value = reader.GetNode("Value");
            var export = reader.GetNode("Export")?["Name"];
            reader.RefuseOthers();
            if (condition is not null && !scope.Condition(condition, where)) continue;
            outputs.Add(name, resolver.ResolveText(value));
            if (export is not null) exports.Add(resolver.ResolveText(export), outputs[name]);
        }

        return (outputs, exports);
    }

    private static JsonObject Parse(string stack, string template)
    {
        try
        {
            return JsonNode.Parse(template, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject
                ?? throw new AwsError("ValidationError", $"The template of stack {stack} is not a JSON object.");
        }
        catch (JsonException error)
        {
            throw new AwsError("ValidationError", $"The template of stack {stack} is not JSON: {error.Message}");
        }
    }

    private static string Where(string stack, TemplateResource resource) => $"Stack {stack}, resource {resource.LogicalId}";
}
