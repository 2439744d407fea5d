using System.Text.Json.Nodes;
using Amazon.CDK;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.Logs;
using Amazon.CDK.AWS.StepFunctions;
using Constructs;
using ServerlessGdpr.Infra.Stacks;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>The state machine of workflows/erasure.asl.json. Its logs leave execution data out; there are no identities in it either way.</summary>
internal sealed class ErasureWorkflow : Construct
{
    private readonly CfnStateMachine machine;

    /// <param name="steps">The workflow's own functions, by placeholder.</param>
    /// <param name="datastores">The datastores' functions, by datastore.</param>
    public ErasureWorkflow(
        Construct scope,
        WorkflowSettings settings,
        IReadOnlyDictionary<string, LambdaFunction> steps,
        IReadOnlyDictionary<string, LambdaFunction> datastores) : base(scope, "Erasure")
    {
        var logs = new LogGroup(this, "Logs", new LogGroupProps
        {
            EncryptionKey = settings.Stores.StorageKey,
            Retention = RetentionDays.THREE_MONTHS,
            RemovalPolicy = RemovalPolicy.DESTROY,
        });
        var role = Role(steps.Values.Concat(datastores.Values));
        machine = new CfnStateMachine(this, "Workflow", new CfnStateMachineProps
        {
            StateMachineType = "STANDARD",
            DefinitionString = WorkflowDefinition.Fill(
                File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "workflows", "erasure.asl.json")), Placeholders(steps, datastores)),
            RoleArn = role.RoleArn,
            TracingConfiguration = new CfnStateMachine.TracingConfigurationProperty { Enabled = true },
            LoggingConfiguration = new CfnStateMachine.LoggingConfigurationProperty
            {
                Level = "ALL",
                IncludeExecutionData = false,
                Destinations = new[]
                {
                    new CfnStateMachine.LogDestinationProperty
                    {
                        CloudWatchLogsLogGroup = new CfnStateMachine.CloudWatchLogsLogGroupProperty { LogGroupArn = logs.LogGroupArn },
                    },
                },
            },
        });
        // Step Functions checks at creation that the role can write the logs.
        machine.Node.AddDependency(role);
    }

    public string Arn => machine.AttrArn;

    private static Dictionary<string, JsonNode> Placeholders(
        IReadOnlyDictionary<string, LambdaFunction> steps, IReadOnlyDictionary<string, LambdaFunction> datastores)
    {
        var values = steps.ToDictionary(step => step.Key, step => (JsonNode)step.Value.Arn);
        values["DatastoreFunctions"] = new JsonObject(datastores.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value.Arn)));
        return values;
    }

    private Role Role(IEnumerable<LambdaFunction> functions)
    {
        var stack = Stack.Of(this);
        var role = new Role(this, "Role", new RoleProps
        {
            AssumedBy = new ServicePrincipal("states.amazonaws.com", new ServicePrincipalOpts
            {
                Conditions = Conditions.Of("StringEquals", "aws:SourceAccount", stack.Account).ToDictionary(),
            }),
        });
        role.AddToPolicy(new PolicyStatement(new PolicyStatementProps
        {
            Actions = ["lambda:InvokeFunction"],
            Resources = [.. functions.Select(function => function.Arn)],
        }));
        // Neither vended log delivery nor X-Ray knows resources.
        role.AddToPolicy(new PolicyStatement(new PolicyStatementProps
        {
            Actions =
            [
                "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "logs:GetLogDelivery",
                "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
                "xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments",
            ],
            Resources = ["*"],
        }));
        return role;
    }
}
