using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Kms;

/// <summary>What HMAC keys do.</summary>
internal static class MacOperations
{
    private const int MessageLimit = 4096;
    private const int MacLimit = 6144;

    public static string AlgorithmOf(KmsKey key) => key.Spec.Replace("HMAC_", "HMAC_SHA_", StringComparison.Ordinal);

    public static JsonObject GenerateMac(KmsRequest request)
    {
        var (key, mac) = Compute(request, "GenerateMac", expected: out _);
        return new JsonObject { ["KeyId"] = key.Arn, ["Mac"] = Convert.ToBase64String(mac), ["MacAlgorithm"] = AlgorithmOf(key) };
    }

    public static JsonObject VerifyMac(KmsRequest request)
    {
        var (key, mac) = Compute(request, "VerifyMac", out var expected);
        if (!CryptographicOperations.FixedTimeEquals(mac, expected)) throw new AwsError("KMSInvalidMacException", "");
        return new JsonObject { ["KeyId"] = key.Arn, ["MacValid"] = true, ["MacAlgorithm"] = AlgorithmOf(key) };
    }

    private static (KmsKey Key, byte[] Mac) Compute(KmsRequest request, string operation, out byte[]? expected)
    {
        var message = request.Blob("Message", MessageLimit);
        var key = request.Key();
        var algorithm = request.Text("MacAlgorithm");
        expected = operation is "VerifyMac" ? request.Blob("Mac", MacLimit) : null;
        request.RefuseTheRest(operation);
        key.Require("GENERATE_VERIFY_MAC");
        if (algorithm != AlgorithmOf(key)) throw new AwsError("InvalidKeyUsageException", $"Algorithm {algorithm} is incompatible with key spec {key.Spec}.");
        return (key, algorithm switch
        {
            "HMAC_SHA_256" => HMACSHA256.HashData(key.Material, message),
            "HMAC_SHA_384" => HMACSHA384.HashData(key.Material, message),
            _ => HMACSHA512.HashData(key.Material, message),
        });
    }
}
