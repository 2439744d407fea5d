using System.Text;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Amazon.Runtime;
using ServerlessGdpr.Functions.Vault;
using ServerlessGdpr.Local.Commands;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.EndToEnd;
using Xunit;

namespace ServerlessGdpr.Tests.Vault;

/// <summary>The identity key and the vault's table as they are deployed, in a cloud of their own.</summary>
public abstract class VaultFixture(DynamoDbLocalProcess dynamoDb) : IAsyncLifetime
{
    private protected const string Table = "vault";
    private protected const string Ledger = "ledger";
    private protected const string Request = "8f14e45f-ceea-4c7a-9b3d-2f6a1c5d7e90-0a1b2c3d";
    private protected const string Store = "orders";

    private Cloud? cloud;
    private CloudClients? clients;
    private AmazonKeyManagementServiceClient? kms;
    private string key = "";

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected IAmazonDynamoDB DynamoDb => clients!.DynamoDb;

    private protected CloudCalls Calls => cloud!.Get<CloudCalls>();

    /// <summary>Intake's: makes data keys.</summary>
    private protected KmsEnvelope Sealing => KmsEnvelope.Sealing(kms!, key);

    /// <summary>A datastore's: only opens.</summary>
    private protected KmsEnvelope Opening => KmsEnvelope.Opening(kms!);

    public async ValueTask InitializeAsync()
    {
        cloud = await Cloud.StartAsync(new CloudOptions { DynamoDb = dynamoDb, ConfigureServices = CloudCalls.Observe }, Cancellation);
        clients = new CloudClients(cloud.Endpoint, cloud.Time);
        kms = new AmazonKeyManagementServiceClient(
            new BasicAWSCredentials("test", "test"),
            new AmazonKeyManagementServiceConfig { ServiceURL = cloud.Endpoint.ToString(), AuthenticationRegion = CloudOptions.Region });
        key = (await kms.CreateKeyAsync(new CreateKeyRequest(), Cancellation)).KeyMetadata.Arn;
        foreach (var table in new[] { Table, Ledger })
        {
            await DynamoDb.CreateTableAsync(
                new CreateTableRequest
                {
                    TableName = table,
                    BillingMode = BillingMode.PAY_PER_REQUEST,
                    KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
                    AttributeDefinitions = [new("pk", "S"), new("sk", "S")],
                },
                Cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        kms?.Dispose();
        clients?.Dispose();
        if (cloud is not null) await cloud.DisposeAsync();
    }

    private protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
