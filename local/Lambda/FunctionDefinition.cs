using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Lambda;

/// <summary>One function as it was deployed.</summary>
public sealed record FunctionDefinition
{
    public required string Name { get; init; }

    public required string Handler { get; init; }

    /// <summary>The folder with the <c>bootstrap</c> to run.</summary>
    public required string CodeDirectory { get; init; }

    public string Runtime { get; init; } = "provided.al2023";

    public string Role { get; init; } = "";

    public string Description { get; init; } = "";

    public string Architecture { get; init; } = "x86_64";

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>In MB; told to the function, not enforced.</summary>
    public int MemorySize { get; init; } = 128;

    /// <summary>The most invocations at once; null shares the account's.</summary>
    public int? ReservedConcurrency { get; init; }

    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    public string TracingMode { get; init; } = "PassThrough";

    public string? KmsKeyArn { get; init; }

    /// <summary>The queue or topic that takes events which an asynchronous invocation could not deliver.</summary>
    public string? DeadLetterTarget { get; init; }

    public string? LogGroup { get; init; }

    public DateTimeOffset LastModified { get; init; }

    public string Arn => ArnOf(Name);

    public string LogGroupName => LogGroup ?? $"/aws/lambda/{Name}";

    public static string ArnOf(string name) => Arns.Of("lambda", $"function:{name}");
}
