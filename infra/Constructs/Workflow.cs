using System.Text.Json.Nodes;
using Amazon.CDK;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.Logs;
using Amazon.CDK.AWS.StepFunctions;
using Constructs;
using ServerlessGdpr.Infra.Stacks;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>The state machine of one file in workflows/. Its logs leave execution data out; there are no identities in it either way.</summary>
internal sealed class Workflow : Construct
{
    private readonly CfnStateMachine machine;
    private readonly Role role;

    /// <param name="name">Of the file, without its ending.</param>
    /// <param name="steps">The workflow's own functions, by placeholder.</param>
    /// <param name="datastores">The datastores' functions, by datastore.</param>
    /// <param name="more">Further placeholders.</param>
    public Workflow(
        Construct scope,
        string id,
        WorkflowSettings settings,
        string name,
        IReadOnlyDictionary<string, LambdaFunction> steps,
        IReadOnlyDictionary<string, LambdaFunction> datastores,
        IReadOnlyDictionary<string, JsonNode>? more = null) : base(scope, id)
    {
        var logs = new LogGroup(this, "Logs", new LogGroupProps
        {
            EncryptionKey = settings.Stores.StorageKey,
            Retention = RetentionDays.THREE_MONTHS,
            RemovalPolicy = RemovalPolicy.DESTROY,
        });
        role = RoleFor(steps.Values.Concat(datastores.Values));
        machine = new CfnStateMachine(this, "Workflow", new CfnStateMachineProps
        {
            StateMachineType = "STANDARD",
            DefinitionString = WorkflowDefinition.Fill(
                File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "workflows", $"{name}.asl.json")), Placeholders(steps, datastores, more)),
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

    /// <summary>All of its executions that somebody started.</summary>
    public string Executions => ExecutionsNamed(":*");

    public void Allow(string[] actions, string[] resources, Conditions? when = null)
    {
        foreach (var statement in Statements.Of(actions, resources, when)) role.AddToPolicy(statement);
    }

    /// <summary>Lets a distributed map start executions of the workflow itself. That policy names the workflow, so it comes after it.</summary>
    public void AllowOwnExecutions()
    {
        var policy = new Policy(this, "OwnExecutions", new PolicyProps
        {
            Statements = [.. Statements.Of(["states:StartExecution"], [Arn]), .. Statements.Of(["states:DescribeExecution", "states:StopExecution"], [ExecutionsNamed("/*")])],
        });
        policy.AttachToRole(role);
    }

    /// <summary>Lets one of the workflow's own steps start it. It learns the workflow's ARN from the workflow: its policy comes after both.</summary>
    public void LetStart(LambdaFunction step)
    {
        var policy = new Policy(this, $"{step.Node.Id}Starts", new PolicyProps { Statements = [.. Statements.Of(["states:StartExecution"], [Arn])] });
        step.Attach(policy);
    }

    private string ExecutionsNamed(string pattern) => Stack.Of(this).FormatArn(new ArnComponents
    {
        Service = "states",
        Resource = "execution",
        ResourceName = $"{machine.AttrName}{pattern}",
        ArnFormat = ArnFormat.COLON_RESOURCE_NAME,
    });

    private static Dictionary<string, JsonNode> Placeholders(
        IReadOnlyDictionary<string, LambdaFunction> steps, IReadOnlyDictionary<string, LambdaFunction> datastores, IReadOnlyDictionary<string, JsonNode>? more)
    {
        var values = steps.ToDictionary(step => step.Key, step => (JsonNode)step.Value.Arn);
        values["DatastoreFunctions"] = ByName(datastores, function => function.Arn);
        foreach (var (placeholder, value) in more ?? new Dictionary<string, JsonNode>()) values[placeholder] = value;
        return values;
    }

    public static JsonObject ByName(IReadOnlyDictionary<string, LambdaFunction> functions, Func<LambdaFunction, string> value) =>
        new(functions.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)value(entry.Value))));

    private Role RoleFor(IEnumerable<LambdaFunction> functions)
    {
        var stack = Stack.Of(this);
        var created = new Role(this, "Role", new RoleProps
        {
            AssumedBy = new ServicePrincipal("states.amazonaws.com", new ServicePrincipalOpts
            {
                Conditions = Conditions.Of("StringEquals", "aws:SourceAccount", stack.Account).ToDictionary(),
            }),
        });
        // Neither vended log delivery nor X-Ray knows resources.
        var logging = Statements.Of(
            [
                "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "logs:GetLogDelivery",
                "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
                "xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments",
            ],
            ["*"]);
        foreach (var statement in Statements.Of(["lambda:InvokeFunction"], [.. functions.Select(function => function.Arn)]).Concat(logging)) created.AddToPolicy(statement);
        return created;
    }
}
