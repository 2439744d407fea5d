using Amazon.CDK;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.KMS;
using Constructs;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>Encryption at rest of everything this system stores. Services that write on their own behalf are named here: without that, deliveries fail silently.</summary>
internal sealed class StorageKey : Construct
{
    public StorageKey(Stack stack) : base(stack, "Storage")
    {
        Key = new Key(this, "Key", new KeyProps
        {
            Description = "Encryption at rest: tables, evidence, queues, event bus, topic, logs",
            EnableKeyRotation = true,
            RemovalPolicy = RemovalPolicy.RETAIN,
        }).Pin("StorageKey");

        var ownAccount = new Dictionary<string, object> { ["StringEquals"] = new Dictionary<string, object> { ["aws:SourceAccount"] = stack.Account } };
        // EventBridge encrypts events on the bus, and delivers to encrypted queues. KMS does not see the rule's ARN there, only the account.
        Allow("EventBridgeBusAndDelivery", "events.amazonaws.com", ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"], ownAccount);
        Allow("AlarmsToTopic", "cloudwatch.amazonaws.com", ["kms:Decrypt", "kms:GenerateDataKey"], ownAccount);
        Allow(
            "LogGroups",
            $"logs.{stack.Region}.amazonaws.com",
            ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
            new Dictionary<string, object>
            {
                ["ArnLike"] = new Dictionary<string, object>
                {
                    ["kms:EncryptionContext:aws:logs:arn"] = $"arn:{stack.Partition}:logs:{stack.Region}:{stack.Account}:log-group:*",
                },
            });
    }

    public Key Key { get; }

    private void Allow(string sid, string service, string[] actions, Dictionary<string, object> conditions) =>
        Key.AddToResourcePolicy(new PolicyStatement(new PolicyStatementProps
        {
            Sid = sid,
            Principals = [new ServicePrincipal(service)],
            Actions = actions,
            Resources = ["*"],
            Conditions = conditions,
        }));
}
