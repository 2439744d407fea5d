namespace ServerlessGdpr.Functions.Runtime.Aws;

/// <summary>EventBridge.</summary>
public interface IEventPublisher
{
    /// <param name="busName">The bus's name, or its ARN in another account.</param>
    /// <param name="detailJson">A JSON object; never an identity.</param>
    /// <exception cref="EventNotAccepted">EventBridge answered, but did not take the event.</exception>
    Task PublishAsync(string busName, string source, string detailType, string detailJson, CancellationToken cancellation);
}

/// <summary>EventBridge did not take an event.</summary>
public sealed class EventNotAccepted(string? errorCode) : TransientFailure($"EventBridge did not take an event: {errorCode ?? "no reason"}.");
