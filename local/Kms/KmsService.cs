using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Kms;

/// <summary>AWS KMS: TrentService over JSON 1.1. Key policies and grants are accepted and not evaluated; roles' own policies are.</summary>
public sealed class KmsService : IAwsService
{
    private readonly KeyStore keys;
    private readonly Dictionary<string, Func<KmsRequest, JsonObject>> operations;

    public KmsService(KeyStore keys, TimeProvider time)
    {
        this.keys = keys;
        var management = new KeyOperations(keys, time);
        var encryption = new EncryptionOperations(keys);
        operations = new(StringComparer.Ordinal)
        {
            ["CreateKey"] = management.CreateKey,
            ["DescribeKey"] = KeyOperations.DescribeKey,
            ["ListKeys"] = management.ListKeys,
            ["CreateAlias"] = management.CreateAlias,
            ["ListAliases"] = management.ListAliases,
            ["EnableKey"] = KeyOperations.EnableKey,
            ["DisableKey"] = KeyOperations.DisableKey,
            ["ScheduleKeyDeletion"] = management.ScheduleKeyDeletion,
            ["CancelKeyDeletion"] = KeyOperations.CancelKeyDeletion,
            ["Encrypt"] = EncryptionOperations.Encrypt,
            ["Decrypt"] = encryption.Decrypt,
            ["ReEncrypt"] = encryption.ReEncrypt,
            ["GenerateDataKey"] = EncryptionOperations.GenerateDataKey,
            ["GenerateDataKeyWithoutPlaintext"] = EncryptionOperations.GenerateDataKeyWithoutPlaintext,
            ["GenerateRandom"] = EncryptionOperations.GenerateRandom,
            ["GenerateMac"] = MacOperations.GenerateMac,
            ["VerifyMac"] = MacOperations.VerifyMac,
            ["Sign"] = SignatureOperations.Sign,
            ["Verify"] = SignatureOperations.Verify,
            ["GetPublicKey"] = SignatureOperations.GetPublicKey,
        };
    }

    public string SigningName => "kms";

    public async Task HandleAsync(HttpContext context)
    {
        var operation = JsonProtocol.Operation(context);
        if (!operations.TryGetValue(operation, out var answer)) throw AwsError.NotImplemented(SigningName, operation);
        await JsonProtocol.WriteAsync(context, answer(new KmsRequest(await JsonProtocol.ReadAsync(context), keys)));
    }
}
