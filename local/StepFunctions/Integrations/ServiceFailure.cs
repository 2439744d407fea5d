namespace ServerlessGdpr.Local.StepFunctions.Integrations;

/// <summary>Words a service's refusal as the optimised integrations do.</summary>
internal static class ServiceFailure
{
    /// <summary>Codes that the SDK has no exception of its own for.</summary>
    private static readonly string[] WithoutClass =
    [
        "AccessDenied", "AccessDeniedException", "InvalidParameterValue", "MissingParameter", "NotImplemented", "SerializationException", "ValidationError", "ValidationException",
    ];


    /// <param name="prefix">What the error's name begins with, for example <c>DynamoDB</c>.</param>
    /// <param name="product">The service as the SDK calls it in messages, for example <c>AmazonDynamoDBv2</c>.</param>
    /// <param name="general">The SDK's exception for codes that have none, for example <c>AmazonDynamoDBException</c>.</param>
    public static StateFailure Of(string prefix, string product, string general, string code, int status, string message)
    {
        var name = WithoutClass.Contains(code, StringComparer.Ordinal) ? general
            : code.EndsWith("Exception", StringComparison.Ordinal) ? code : code + "Exception";
        return new StateFailure($"{prefix}.{name}", $"{message} (Service: {product}; Status Code: {status}; Error Code: {code}; Proxy: null)");
    }
}
