using Amazon.CDK;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.KMS;
using Amazon.CDK.AWS.SQS;
using Constructs;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>Queues hold whole events, and so identities: customer key, TLS only, no longer than needed.</summary>
internal static class EncryptedQueue
{
    /// <summary>Six times the timeout of the functions that read queues, as AWS advises.</summary>
    private static readonly Duration Visibility = Duration.Seconds(360);

    /// <summary>So many attempts that an outage of hours makes no dead letters; the alarm on the age of the oldest event tells of it long before.</summary>
    private const int IntakeAttempts = 50;

    public static Queue ForIntake(Construct scope, string id, IKey key, IQueue deadLetters) => new(scope, id, Props(key, new QueueProps
    {
        RetentionPeriod = Duration.Days(4),
        DeadLetterQueue = new DeadLetterQueue { Queue = deadLetters, MaxReceiveCount = IntakeAttempts },
    }));

    public static Queue ForDeadLetters(Construct scope, string id, IKey key) => new(scope, id, Props(key, new QueueProps { RetentionPeriod = Duration.Days(14) }));

    /// <summary>Lets a service put messages here, on behalf of the named rules or buses only.</summary>
    public static void AcceptFrom(this Queue queue, string service, params string[] sources) =>
        queue.AddToResourcePolicy(new PolicyStatement(new PolicyStatementProps
        {
            Principals = [new ServicePrincipal(service)],
            Actions = ["sqs:SendMessage"],
            Resources = [queue.QueueArn],
            Conditions = Conditions.Of("ArnEquals", "aws:SourceArn", sources).ToDictionary(),
        }));

    private static QueueProps Props(IKey key, QueueProps specific) => new()
    {
        Encryption = QueueEncryption.KMS,
        EncryptionMasterKey = key,
        EnforceSSL = true,
        VisibilityTimeout = Visibility,
        // A queue that goes with its stack takes events along.
        RemovalPolicy = RemovalPolicy.RETAIN,
        RetentionPeriod = specific.RetentionPeriod,
        DeadLetterQueue = specific.DeadLetterQueue,
    };
}
