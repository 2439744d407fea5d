using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Definition;

namespace ServerlessGdpr.Local.StepFunctions.Integrations;

/// <summary>Every resource that a Task state may name. What is not in it is refused when the state machine is created.</summary>
internal sealed class IntegrationCatalog(IEnumerable<IIntegration> integrations, LambdaFunctions functions)
{
    public const string TokenSuffix = ".waitForTaskToken";
    private const string Prefix = "arn:aws:states:::";

    private readonly Dictionary<string, IIntegration> byName = integrations.ToDictionary(integration => $"{integration.Service}:{integration.Action}", StringComparer.Ordinal);

    /// <summary>Reads a Task state's Resource and checks its Parameters against it; null when it is refused.</summary>
    public TaskResource? Read(FieldReader state)
    {
        var arn = state.RequiredText("Resource");
        if (arn.Length == 0) return null;
        var resource = Find(arn);
        if (resource is null) state.Problem($"The resource '{arn}' does not exist or is not supported by the local cloud{Spelling.Hint(arn, byName.Keys.Select(name => Prefix + name))}");
        else if (!resource.IsFunction) CheckParameters(state, resource);
        return resource;
    }

    private TaskResource? Find(string arn)
    {
        if (DirectFunction.IsFunctionArn(arn)) return new TaskResource(arn, new DirectFunction(arn, functions), false, true);
        if (!arn.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var name = arn[Prefix.Length..];
        var waits = name.EndsWith(TokenSuffix, StringComparison.Ordinal);
        return byName.TryGetValue(waits ? name[..^TokenSuffix.Length] : name, out var integration) && (!waits || integration.CanWaitForToken)
            ? new TaskResource(arn, integration, waits, false)
            : null;
    }

    private static void CheckParameters(FieldReader state, TaskResource resource)
    {
        if (state.Raw("Parameters") is not JObject parameters) return;
        var names = parameters.Properties().Select(member => member.Name.EndsWith(".$", StringComparison.Ordinal) ? member.Name[..^2] : member.Name).ToArray();
        foreach (var name in names.Except(resource.Integration.Parameters, StringComparer.Ordinal))
        {
            state.Problem($"The field '{name}' of Parameters is not supported for '{resource.Arn}'{Spelling.Hint(name, resource.Integration.Parameters)}");
        }

        foreach (var name in resource.Integration.Required.Except(names, StringComparer.Ordinal))
        {
            state.Problem($"The field '{name}' of Parameters is required for '{resource.Arn}' but was missing");
        }
    }
}
