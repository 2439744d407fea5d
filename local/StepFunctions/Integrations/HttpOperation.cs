using Newtonsoft.Json.Linq;

namespace ServerlessGdpr.Local.StepFunctions.Integrations;

/// <summary>An action of a service that speaks AWS JSON, as a row of a table.</summary>
internal sealed record HttpOperation
{
    public required HttpService Service { get; init; }

    public required string Action { get; init; }

    public required string Parameters { get; init; }

    public string Required { get; init; } = "";

    public bool CanWaitForToken { get; init; }

    /// <summary>Whether the answer carries the SDK's metadata.</summary>
    public bool HasMetadata { get; init; } = true;

    /// <summary>The request's body from the task's parameters; <c>null</c> sends them as they are.</summary>
    public Func<JObject, TaskCall, JObject>? Body { get; init; }

    /// <summary>The task's result from the answer; throws <see cref="StateFailure"/> where an answer reports failures. <c>null</c> keeps it as it is.</summary>
    public Func<JObject, JObject>? Result { get; init; }
}

/// <param name="Name">As resource ARNs name it.</param>
/// <param name="SigningName">As the SigV4 scope names it.</param>
/// <param name="Target">What X-Amz-Target begins with.</param>
/// <param name="ErrorPrefix">What the names of its errors begin with.</param>
/// <param name="Product">The service in the SDK's messages.</param>
/// <param name="GeneralError">The SDK's exception for codes that have none.</param>
internal sealed record HttpService(string Name, string SigningName, string Target, string JsonVersion, string ErrorPrefix, string Product, string GeneralError);
