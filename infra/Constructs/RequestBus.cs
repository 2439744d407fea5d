using Amazon.CDK;
using Amazon.CDK.AWS.Events;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.SQS;
using Constructs;
using ServerlessGdpr.Infra.Stacks;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>The custom bus: upstream apps publish requests on it, the system answers on it. No archive, no schema discovery, no payload logging.</summary>
internal sealed class RequestBus : Construct
{
    /// <summary>The source of the system's own events.</summary>
    public const string OwnSource = "serverless-gdpr";

    private readonly CfnEventBus bus;

    public RequestBus(Construct scope, WorkflowSettings settings) : base(scope, "Bus")
    {
        DeadLetters = EncryptedQueue.ForDeadLetters(this, "DeadLetters", settings.Stores.StorageKey);
        bus = new CfnEventBus(this, "Events", new CfnEventBusProps
        {
            Name = Names.UniqueResourceName(this, new UniqueResourceNameOptions { Separator = "-" }),
            Description = "Requests of data subjects, and what became of them",
            KmsKeyIdentifier = settings.Stores.StorageKey.KeyArn,
            DeadLetterConfig = new CfnEventBus.DeadLetterConfigProperty { Arn = DeadLetters.QueueArn },
        });
        DeadLetters.AcceptFrom("events.amazonaws.com", bus.AttrArn);
    }

    public Queue DeadLetters { get; }

    public string Name => bus.AttrName;

    public string Arn => bus.AttrArn;

    /// <summary>Lets a function publish as the system. Not more: a function cannot pretend to be an upstream app.</summary>
    public void MayPublish(LambdaFunction function) => function.Allow(
        ["events:PutEvents"], [Arn], Conditions.Of("ForAllValues:StringEquals", "events:source", OwnSource));

    /// <summary>Who may publish; and nobody but the system's own functions in the system's name.</summary>
    public void Restrict(IReadOnlyList<string> publishers, IEnumerable<LambdaFunction> own)
    {
        var account = Stack.Of(this).Account;
        var principals = publishers.Count > 0 ? publishers : [account];
        Statement("Publishers", Effect.ALLOW, new PolicyStatementProps { Principals = [.. principals.Select(Principal)] });
        Statement("OnlyTheSystemSpeaksForItself", Effect.DENY, new PolicyStatementProps
        {
            Principals = [new StarPrincipal()],
            Conditions = new Conditions(
                ("ForAnyValue:StringEquals", "events:source", [OwnSource]),
                ("ArnNotEquals", "aws:PrincipalArn", [.. own.Select(function => function.RoleArn)])).ToDictionary(),
        });
    }

    private static IPrincipal Principal(string publisher) =>
        publisher.StartsWith("arn:", StringComparison.Ordinal) ? new ArnPrincipal(publisher) : new AccountPrincipal(publisher);

    private void Statement(string id, Effect effect, PolicyStatementProps props)
    {
        props = new PolicyStatementProps
        {
            Sid = id,
            Effect = effect,
            Principals = props.Principals,
            Conditions = props.Conditions,
            Actions = ["events:PutEvents"],
            Resources = [Arn],
        };
        _ = new CfnEventBusPolicy(this, id, new CfnEventBusPolicyProps
        {
            EventBusName = Name,
            StatementId = id,
            Statement = new PolicyStatement(props).ToStatementJson(),
        });
    }
}
