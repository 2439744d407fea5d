using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Lambda.Hosts;

namespace ServerlessGdpr.Local.Hosting;

/// <summary>How one local cloud is to be.</summary>
public sealed record CloudOptions
{
    public const string Account = "000000000000";

    public const string Region = "eu-west-1";

    /// <summary>The loopback port of the endpoint; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Where virtual time starts; null runs on the machine's clock.</summary>
    public DateTimeOffset? VirtualStart { get; init; }

    /// <summary>The folder for object bodies and function logs; a new temporary one, removed at the end, when null.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>A DynamoDB Local to share with other clouds; the cloud starts one of its own, and stops it at the end, when null.</summary>
    public DynamoDbLocalProcess? DynamoDb { get; init; }

    /// <summary>Adds services after the cloud's own, or puts others in their place.</summary>
    public Action<IServiceCollection>? ConfigureServices { get; init; }

    /// <summary>Hosts functions in this process instead of as processes of their own, so that they share the cloud's clock.</summary>
    public FunctionProgram? FunctionProgram { get; init; }

    /// <summary>How many processes one function has at most, each of which stays warm; null limits the processes of all functions together, and one that rests makes room for another function's.</summary>
    public int? ProcessesOfFunction { get; init; }
}
