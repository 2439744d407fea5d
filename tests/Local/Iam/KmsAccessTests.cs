using System.Text;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Iam;

public sealed class KmsAccessTests : IAsyncLifetime
{
    private static readonly Dictionary<string, string> Orders = new() { ["datastore"] = "orders", ["request"] = "1" };

    private RoleCloud cloud = null!;
    private AmazonKeyManagementServiceClient worker = null!;
    private string key = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        cloud = await RoleCloud.StartAsync();
        worker = cloud.Kms();
        using var operators = cloud.Kms(asOperator: true);
        key = (await operators.CreateKeyAsync(new CreateKeyRequest(), Cancellation)).KeyMetadata.Arn;
    }

    public async ValueTask DisposeAsync()
    {
        worker.Dispose();
        await cloud.DisposeAsync();
    }

    [Fact]
    public async Task Ciphertext_is_opened_by_the_key_and_in_the_context_that_the_role_may_use()
    {
        var sealedForOrders = await SealAsync();

        cloud.Allow("kms:Decrypt", key, """{"StringEquals":{"kms:EncryptionContext:datastore":"orders"}}""");
        await OpenAsync(sealedForOrders, Orders);

        cloud.Allow("kms:Decrypt", key, """{"StringEquals":{"kms:EncryptionContext:datastore":"customers"}}""");
        await ShouldBeDenied(() => OpenAsync(sealedForOrders, Orders));
        cloud.Allow("kms:Decrypt", key[..^1] + (key[^1] == '0' ? '1' : '0'));
        await ShouldBeDenied(() => OpenAsync(sealedForOrders, Orders));
    }

    [Fact]
    public async Task A_context_of_another_name_is_not_the_one_asked_for()
    {
        cloud.Allow("kms:Decrypt", key, """{"ForAllValues:StringEquals":{"kms:EncryptionContextKeys":["request","datastore"]},"Null":{"kms:EncryptionContextKeys":"false"}}""");

        await OpenAsync(await SealAsync(), Orders);

        await ShouldBeDenied(async () => await OpenAsync(await SealAsync(), new(Orders) { ["tenant"] = "x" }));
        await ShouldBeDenied(async () => await OpenAsync(await SealAsync(), []));
    }

    [Fact]
    public async Task A_key_that_serves_through_another_service_does_not_serve_directly()
    {
        cloud.Allow("kms:*", key, """{"StringEquals":{"kms:ViaService":"dynamodb.eu-west-1.amazonaws.com"}}""");

        await ShouldBeDenied(() => worker.GenerateDataKeyAsync(new GenerateDataKeyRequest { KeyId = key, KeySpec = DataKeySpec.AES_256 }, Cancellation));
    }

    [Fact]
    public async Task Reencryption_takes_a_permission_on_both_sides()
    {
        var ciphertext = await SealAsync();
        cloud.Allow("kms:ReEncryptFrom", key);

        await ShouldBeDenied(() => worker.ReEncryptAsync(
            new ReEncryptRequest { CiphertextBlob = ciphertext, DestinationKeyId = key, SourceEncryptionContext = Orders }, Cancellation));
    }

    private static async Task ShouldBeDenied(Func<Task> call)
    {
        var denied = await Should.ThrowAsync<AmazonKeyManagementServiceException>(call);
        denied.ErrorCode.ShouldBe("AccessDeniedException");
    }

    private async Task<MemoryStream> SealAsync()
    {
        using var operators = cloud.Kms(asOperator: true);
        var answer = await operators.EncryptAsync(
            new EncryptRequest { KeyId = key, Plaintext = new MemoryStream(Encoding.UTF8.GetBytes("x")), EncryptionContext = Orders }, Cancellation);
        return answer.CiphertextBlob;
    }

    private Task<DecryptResponse> OpenAsync(MemoryStream ciphertext, Dictionary<string, string> context) =>
        worker.DecryptAsync(new DecryptRequest { CiphertextBlob = ciphertext, EncryptionContext = context }, Cancellation);
}
