using Amazon.CDK;
using Amazon.CDK.AWS.DynamoDB;
using Amazon.CDK.AWS.S3;
using Constructs;
using Attribute = Amazon.CDK.AWS.DynamoDB.Attribute;

namespace ServerlessGdpr.Infra.Stacks;

/// <summary>What exists already in a real account: the datastores that the data map registers. Only the local cloud deploys it.</summary>
public sealed class DemoShopStack : Stack
{
    public DemoShopStack(Construct scope, StackProps props) : base(scope, "ServerlessGdpr-DemoShop", props)
    {
        _ = Table("Customers", "shop-customers", "customer_id");
        Table("Orders", "shop-orders", "order_id").AddGlobalSecondaryIndex(new GlobalSecondaryIndexProps
        {
            IndexName = "by-email",
            PartitionKey = new Attribute { Name = "email", Type = AttributeType.STRING },
            ProjectionType = ProjectionType.ALL,
        });
        _ = new Bucket(this, "Uploads", new BucketProps
        {
            BucketName = "shop-uploads",
            Versioned = true,
            EnforceSSL = true,
            Encryption = BucketEncryption.S3_MANAGED,
            BlockPublicAccess = BlockPublicAccess.BLOCK_ALL,
        });
    }

    private Table Table(string id, string name, string key) => new(this, id, new TableProps
    {
        TableName = name,
        PartitionKey = new Attribute { Name = key, Type = AttributeType.STRING },
        BillingMode = BillingMode.PAY_PER_REQUEST,
    });
}
