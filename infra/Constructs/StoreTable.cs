using Amazon.CDK;
using Amazon.CDK.AWS.DynamoDB;
using Amazon.CDK.AWS.KMS;
using Constructs;
using Attribute = Amazon.CDK.AWS.DynamoDB.Attribute;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>One of the system's own tables: keys <c>pk</c> and <c>sk</c>, on demand, expiry in <c>expiresAt</c>.</summary>
public sealed class StoreTable : Construct
{
    private readonly Table table;

    internal StoreTable(Construct scope, string name, StoreTableProps props) : base(scope, name)
    {
        table = new Table(this, "Table", new TableProps
        {
            PartitionKey = Text("pk"),
            SortKey = Text("sk"),
            BillingMode = BillingMode.PAY_PER_REQUEST,
            Encryption = TableEncryption.CUSTOMER_MANAGED,
            EncryptionKey = props.Key,
            DeletionProtection = true,
            PointInTimeRecovery = props.PointInTimeRecovery,
            TimeToLiveAttribute = "expiresAt",
            RemovalPolicy = RemovalPolicy.RETAIN,
        }).Pin($"{name}Table");

        foreach (var index in props.Indexes)
        {
            table.AddGlobalSecondaryIndex(new GlobalSecondaryIndexProps
            {
                IndexName = index.Name,
                PartitionKey = Text(index.PartitionKey),
                SortKey = Text(index.SortKey),
                ProjectionType = index.Attributes is null ? ProjectionType.ALL : ProjectionType.INCLUDE,
                NonKeyAttributes = index.Attributes,
            });
        }
    }

    public string Name => table.TableName;

    public string Arn => table.TableArn;

    public string IndexArn(string index) => $"{table.TableArn}/index/{index}";

    private static Attribute Text(string name) => new() { Name = name, Type = AttributeType.STRING };
}

internal sealed record StoreTableProps(IKey Key, bool PointInTimeRecovery)
{
    public IReadOnlyList<StoreIndex> Indexes { get; init; } = [];
}

/// <param name="Attributes">What the index holds besides keys; null for whole items.</param>
internal sealed record StoreIndex(string Name, string PartitionKey, string SortKey, string[]? Attributes = null);
