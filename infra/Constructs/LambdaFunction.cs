using Amazon.CDK;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.Lambda;
using Amazon.CDK.AWS.Logs;
using Constructs;
using ServerlessGdpr.Infra.Stacks;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>One function of the binary, with a role and a log group of its own. The role starts with nothing but its logs and traces.</summary>
public sealed class LambdaFunction : Construct
{
    private readonly Role role;

    internal LambdaFunction(Construct scope, string id, WorkflowSettings settings, FunctionSettings function) : base(scope, id)
    {
        var logs = new LogGroup(this, "Logs", new LogGroupProps
        {
            EncryptionKey = settings.Stores.StorageKey,
            Retention = RetentionDays.THREE_MONTHS,
            RemovalPolicy = RemovalPolicy.DESTROY,
        });
        role = new Role(this, "Role", new RoleProps { AssumedBy = new ServicePrincipal("lambda.amazonaws.com") });
        Allow(["logs:CreateLogStream", "logs:PutLogEvents"], [logs.LogGroupArn]);

        Function = new Function(this, "Function", new FunctionProps
        {
            Description = function.Description,
            Code = settings.Code,
            Runtime = Runtime.PROVIDED_AL2023,
            Architecture = settings.Environment.Architecture == "arm64" ? Architecture.ARM_64 : Architecture.X86_64,
            Handler = function.Handler,
            Timeout = Duration.Seconds(function.TimeoutSeconds),
            MemorySize = function.MemoryMegabytes,
            ReservedConcurrentExecutions = function.MaxConcurrency,
            Environment = new Dictionary<string, string>(function.Variables)
            {
                ["POWERTOOLS_SERVICE_NAME"] = "serverless-gdpr",
                ["LOG_LEVEL"] = "Information",
            },
            Role = role,
            LogGroup = logs,
            // Adds the two X-Ray actions, which know no resources: the only '*' in a function's role.
            Tracing = Tracing.ACTIVE,
        });
        HasMaxConcurrency = function.MaxConcurrency is not null;
    }

    public Function Function { get; }

    public bool HasMaxConcurrency { get; }

    public string Arn => Function.FunctionArn;

    public string RoleArn => role.RoleArn;

    internal void Attach(Policy policy) => policy.AttachToRole(role);

    internal void Allow(string[] actions, string[] resources, Conditions? when = null)
    {
        foreach (var statement in Statements.Of(actions, resources, when)) role.AddToPolicy(statement);
    }
}

/// <summary>What differs between the functions. <paramref name="Handler"/> selects one of the binary's handlers.</summary>
internal sealed record FunctionSettings(string Handler, string Description, int TimeoutSeconds, int MemoryMegabytes)
{
    public IDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    public int? MaxConcurrency { get; init; }
}
