namespace ServerlessGdpr.Local.Hosting;

/// <summary>A refusal as AWS words it.</summary>
/// <param name="code">The error code clients switch on, for example <c>ResourceNotFoundException</c>.</param>
/// <param name="status">The HTTP status.</param>
public sealed class AwsError(string code, string message, int status = 400) : Exception(message)
{
    public string Code { get; } = code;

    public int Status { get; } = status;

    /// <summary>The answer to every operation that is not implemented here: never 200.</summary>
    public static AwsError NotImplemented(string service, string operation) =>
        new("NotImplemented", $"The local cloud does not implement {service}:{operation}.", 501);
}
