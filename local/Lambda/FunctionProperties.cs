using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Lambda;

/// <summary>Reads <c>AWS::Lambda::Function</c>.</summary>
public static class FunctionProperties
{
    private const int MaxVariableBytes = 4096;

    private static readonly HashSet<string> ReservedVariables =
    [
        "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
        "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
    ];

    public static FunctionDefinition Read(ResourceDefinition resource, DateTimeOffset now)
    {
        var properties = PropertyReader.Of(resource);
        var function = new FunctionDefinition
        {
            Name = properties.GetString("FunctionName") ?? resource.PhysicalName,
            Handler = properties.GetRequiredString("Handler"),
            CodeDirectory = CodeDirectory(properties, resource),
            Runtime = properties.GetRequiredString("Runtime"),
            Role = properties.GetRequiredString("Role"),
            Description = properties.GetString("Description") ?? "",
            Architecture = properties.GetStrings("Architectures") is [var architecture, ..] ? architecture : "x86_64",
            Timeout = TimeSpan.FromSeconds(properties.GetInteger("Timeout", 1, 900) ?? 3),
            MemorySize = properties.GetInteger("MemorySize", 128, 10240) ?? 128,
            ReservedConcurrency = properties.GetInteger("ReservedConcurrentExecutions", 0, 1000),
            Variables = Variables(properties),
            Tags = properties.GetObjects("Tags").ToDictionary(tag => tag.GetRequiredString("Key"), tag => tag.GetRequiredString("Value")),
            TracingMode = properties.GetObject("TracingConfig")?.GetString("Mode") ?? "PassThrough",
            KmsKeyArn = properties.GetString("KmsKeyArn"),
            DeadLetterTarget = properties.GetObject("DeadLetterConfig")?.GetString("TargetArn"),
            LogGroup = LogGroup(properties),
            LastModified = now,
        };
        properties.RefuseOthers();
        return function.Runtime == "provided.al2023"
            ? function
            : throw new AwsError("InvalidParameterValueException", $"The local cloud runs provided.al2023, not {function.Runtime}.");
    }

    private static string CodeDirectory(PropertyReader properties, ResourceDefinition resource)
    {
        properties.GetRequiredObject("Code").WithoutLocalEffect("S3Bucket", "S3Key");
        var path = resource.Metadata?["aws:asset:path"]?.GetValue<string>()
            ?? throw new AwsError("InvalidParameterValueException", $"{resource.LogicalId} has no aws:asset:path in its metadata; synthesize with asset metadata.");
        var directory = Path.GetFullPath(path, resource.AssetDirectory);
        return Directory.Exists(directory) ? directory : throw new AwsError("InvalidParameterValueException", $"The code of {resource.LogicalId} is not at {directory}.");
    }

    private static Dictionary<string, string> Variables(PropertyReader properties)
    {
        if (properties.GetObject("Environment")?.GetObject("Variables") is not { } given) return [];
        var variables = given.Names.ToDictionary(name => name, given.GetRequiredString);
        if (variables.Keys.Where(ReservedVariables.Contains).ToList() is [_, ..] reserved)
        {
            throw new AwsError("InvalidParameterValueException", $"Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: {string.Join(", ", reserved)}");
        }

        return variables.Sum(variable => variable.Key.Length + variable.Value.Length) <= MaxVariableBytes
            ? variables
            : throw new AwsError("InvalidParameterValueException", "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.");
    }

    private static string? LogGroup(PropertyReader properties)
    {
        var logging = properties.GetObject("LoggingConfig");
        logging?.WithoutLocalEffect("LogFormat", "ApplicationLogLevel", "SystemLogLevel");
        return logging?.GetString("LogGroup");
    }
}
