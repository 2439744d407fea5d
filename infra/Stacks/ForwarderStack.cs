using Amazon.CDK;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.SQS;
using Constructs;
using ServerlessGdpr.Infra.Constructs;
using ServerlessGdpr.Infra.Environments;
using Events = Amazon.CDK.AWS.Events;

namespace ServerlessGdpr.Infra.Stacks;

/// <summary>
/// Where else backups may be restored: AWS tells of a restore in its own account and region only. What tells of one there is put on the default bus of the system's
/// account and region, whose rules take it in like their own. Events keep the account and region that they are from.
/// </summary>
public sealed class ForwarderStack : Stack
{
    /// <param name="system">Where the events go.</param>
    public ForwarderStack(Construct scope, DeploymentEnvironment system, string account, string region)
        : base(scope, NameOf(system, account, region), new StackProps { Env = new Amazon.CDK.Environment { Account = account, Region = region } })
    {
        var bus = FormatArn(new ArnComponents { Service = "events", Account = system.Account, Region = system.Region, Resource = "event-bus", ResourceName = "default" });
        var role = new Role(this, "Role", new RoleProps
        {
            AssumedBy = new ServicePrincipal("events.amazonaws.com", new ServicePrincipalOpts
            {
                Conditions = Constructs.Conditions.Of("StringEquals", "aws:SourceAccount", Account).ToDictionary(),
            }),
        });
        role.AddToPolicy(new PolicyStatement(new PolicyStatementProps { Actions = ["events:PutEvents"], Resources = [bus] }));

        var deadLetters = new Queue(this, "DeadLetters", new QueueProps
        {
            Encryption = QueueEncryption.SQS_MANAGED,
            EnforceSSL = true,
            RetentionPeriod = Duration.Days(14),
            RemovalPolicy = RemovalPolicy.RETAIN,
        });
        string[] rules = [.. RestoreRules.OfRestores().Select(rule => Forward(rule, bus, role, deadLetters).AttrArn)];
        deadLetters.AcceptFrom("events.amazonaws.com", rules);

        // An alarm reaches topics of its own region only.
        var alarms = new Alarms(this, key: null);
        alarms.OnDeadLetters("DeadLetters", deadLetters);
        _ = new CfnOutput(this, "AlarmTopicArn", new CfnOutputProps { Value = alarms.TopicArn, Description = "Operators subscribe to this, in each of these places" });
    }

    /// <summary>Every account and region in which backups may be restored, but for the system's own.</summary>
    public static IEnumerable<(string Account, string Region)> PlacesOf(DeploymentEnvironment system) =>
        from account in system.RestoreAccounts.Prepend(system.Account).Distinct()
        from region in system.RestoreRegions.Prepend(system.Region).Distinct()
        where account != system.Account || region != system.Region
        select (account, region);

    private static string NameOf(DeploymentEnvironment system, string account, string region) =>
        account == system.Account ? $"ServerlessGdpr-Forwarder-{region}" : $"ServerlessGdpr-Forwarder-{account}-{region}";

    private Events.CfnRule Forward(EventRule rule, string bus, Role role, Queue deadLetters) => new(this, rule.Id, new Events.CfnRuleProps
    {
        Description = rule.Description,
        EventPattern = rule.Pattern,
        Targets = new[]
        {
            new Events.CfnRule.TargetProperty
            {
                Id = "system",
                Arn = bus,
                RoleArn = role.RoleArn,
                DeadLetterConfig = new Events.CfnRule.DeadLetterConfigProperty { Arn = deadLetters.QueueArn },
            },
        },
    });
}
