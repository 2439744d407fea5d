using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Kms;

/// <summary>What symmetric keys do: encrypt, decrypt and make data keys.</summary>
internal sealed class EncryptionOperations(KeyStore keys)
{
    private const string Usage = "ENCRYPT_DECRYPT";
    private const string Algorithm = "SYMMETRIC_DEFAULT";
    private const int PlaintextLimit = 4096;
    private const int CiphertextLimit = 6144;

    public static JsonObject Encrypt(KmsRequest request)
    {
        var plaintext = request.Blob("Plaintext", PlaintextLimit);
        var key = request.Key();
        var context = request.ObjectOrNull("EncryptionContext");
        RequireAlgorithm(request, "EncryptionAlgorithm");
        request.RefuseTheRest("Encrypt");
        key.Require(Usage);
        return Answer(key, SealedBlob.Seal(key, plaintext, context), ("EncryptionAlgorithm", Algorithm));
    }

    public JsonObject Decrypt(KmsRequest request)
    {
        var (key, plaintext) = Open(request, "KeyId", "EncryptionContext", "EncryptionAlgorithm", "Decrypt");
        return new JsonObject { ["KeyId"] = key.Arn, ["Plaintext"] = Convert.ToBase64String(plaintext), ["EncryptionAlgorithm"] = Algorithm };
    }

    public JsonObject ReEncrypt(KmsRequest request)
    {
        var destination = request.Key("DestinationKeyId");
        var context = request.ObjectOrNull("DestinationEncryptionContext");
        RequireAlgorithm(request, "DestinationEncryptionAlgorithm");
        var (source, plaintext) = Open(request, "SourceKeyId", "SourceEncryptionContext", "SourceEncryptionAlgorithm", "ReEncrypt");
        destination.Require(Usage);
        return Answer(
            destination,
            SealedBlob.Seal(destination, plaintext, context),
            ("SourceKeyId", source.Arn),
            ("SourceEncryptionAlgorithm", Algorithm),
            ("DestinationEncryptionAlgorithm", Algorithm));
    }

    public static JsonObject GenerateDataKey(KmsRequest request)
    {
        var (key, dataKey, blob) = NewDataKey(request, "GenerateDataKey");
        return Answer(key, blob, ("Plaintext", Convert.ToBase64String(dataKey)));
    }

    public static JsonObject GenerateDataKeyWithoutPlaintext(KmsRequest request)
    {
        var (key, _, blob) = NewDataKey(request, "GenerateDataKeyWithoutPlaintext");
        return Answer(key, blob);
    }

    public static JsonObject GenerateRandom(KmsRequest request)
    {
        var count = request.Number("NumberOfBytes", 1, 1024)
            ?? throw new AwsError("ValidationException", "The request failed because it did not specify NumberOfBytes.");
        request.RefuseTheRest("GenerateRandom");
        return new JsonObject { ["Plaintext"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(count)) };
    }

    private static (KmsKey Key, byte[] DataKey, byte[] Blob) NewDataKey(KmsRequest request, string operation)
    {
        var key = request.Key();
        var context = request.ObjectOrNull("EncryptionContext");
        var spec = request.TextOrNull("KeySpec");
        var count = request.Number("NumberOfBytes", 1, 1024);
        if (spec is null == count is null)
            throw new AwsError("ValidationException", "Please specify either number of bytes or key spec.");
        request.RefuseTheRest(operation);
        key.Require(Usage);
        var dataKey = RandomNumberGenerator.GetBytes(count ?? spec switch
        {
            "AES_128" => 16,
            "AES_256" => 32,
            _ => throw new AwsError("ValidationException", $"1 validation error detected: Value '{spec}' at 'keySpec' failed to satisfy constraint: Member must satisfy enum value set: [AES_256, AES_128]"),
        });
        return (key, dataKey, SealedBlob.Seal(key, dataKey, context));
    }

    private static JsonObject Answer(KmsKey key, byte[] blob, params ReadOnlySpan<(string Name, string Value)> more)
    {
        var answer = new JsonObject { ["KeyId"] = key.Arn, ["CiphertextBlob"] = Convert.ToBase64String(blob) };
        foreach (var (name, value) in more) answer[name] = value;
        return answer;
    }

    private static void RequireAlgorithm(KmsRequest request, string parameter)
    {
        if (request.TextOrNull(parameter) is not (null or Algorithm))
            throw new AwsError("InvalidKeyUsageException", $"{parameter} is not one that a symmetric encryption key has.");
    }

    private (KmsKey Key, byte[] Plaintext) Open(KmsRequest request, string keyParameter, string contextParameter, string algorithmParameter, string operation)
    {
        var blob = request.Blob("CiphertextBlob", CiphertextLimit);
        var named = request.KeyIfNamed(keyParameter);
        var context = request.ObjectOrNull(contextParameter);
        RequireAlgorithm(request, algorithmParameter);
        request.RefuseTheRest(operation);
        named?.Require(Usage);
        var id = SealedBlob.KeyOf(blob) ?? throw new AwsError("InvalidCiphertextException", "");
        if (named is not null && named.Id != id)
            throw new AwsError("IncorrectKeyException", "The key ID in the request does not identify a CMK that can perform this operation.");
        var key = named ?? keys.Find(id) ?? throw new AwsError("InvalidCiphertextException", "");
        key.Require(Usage);
        return (key, SealedBlob.Open(key, blob, context));
    }
}
