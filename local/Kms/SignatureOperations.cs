using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Kms;

/// <summary>What asymmetric signing keys do. ECDSA signatures are DER, public keys SubjectPublicKeyInfo, as in KMS.</summary>
internal static class SignatureOperations
{
    private const int MessageLimit = 4096;
    private const int SignatureLimit = 6144;
    private static readonly string[] RsaAlgorithms =
    [
        "RSASSA_PKCS1_V1_5_SHA_256", "RSASSA_PKCS1_V1_5_SHA_384", "RSASSA_PKCS1_V1_5_SHA_512",
        "RSASSA_PSS_SHA_256", "RSASSA_PSS_SHA_384", "RSASSA_PSS_SHA_512",
    ];

    public static string[] AlgorithmsOf(KmsKey key) => key.Rsa is not null ? RsaAlgorithms : ["ECDSA_SHA_256"];

    public static JsonObject Sign(KmsRequest request)
    {
        var (key, algorithm, digest) = Read(request);
        request.RefuseTheRest("Sign");
        key.Require("SIGN_VERIFY");
        var (hash, padding) = Scheme(key, algorithm);
        var signature = key.Rsa is { } rsa
            ? rsa.SignHash(digest(hash), hash, padding)
            : key.Ecc!.SignHash(digest(hash), DSASignatureFormat.Rfc3279DerSequence);
        return new JsonObject { ["KeyId"] = key.Arn, ["Signature"] = Convert.ToBase64String(signature), ["SigningAlgorithm"] = algorithm };
    }

    public static JsonObject Verify(KmsRequest request)
    {
        var (key, algorithm, digest) = Read(request);
        var signature = request.Blob("Signature", SignatureLimit);
        request.RefuseTheRest("Verify");
        key.Require("SIGN_VERIFY");
        var (hash, padding) = Scheme(key, algorithm);
        var valid = key.Rsa is { } rsa
            ? rsa.VerifyHash(digest(hash), signature, hash, padding)
            : key.Ecc!.VerifyHash(digest(hash), signature, DSASignatureFormat.Rfc3279DerSequence);
        if (!valid) throw new AwsError("KMSInvalidSignatureException", "");
        return new JsonObject { ["KeyId"] = key.Arn, ["SignatureValid"] = true, ["SigningAlgorithm"] = algorithm };
    }

    public static JsonObject GetPublicKey(KmsRequest request)
    {
        var key = request.Key();
        request.RefuseTheRest("GetPublicKey");
        var info = key.Rsa?.ExportSubjectPublicKeyInfo() ?? key.Ecc?.ExportSubjectPublicKeyInfo()
            ?? throw new AwsError("UnsupportedOperationException", $"{key.Arn} is not an asymmetric key.");
        return new JsonObject
        {
            ["KeyId"] = key.Arn,
            ["PublicKey"] = Convert.ToBase64String(info),
            ["KeySpec"] = key.Spec,
            ["CustomerMasterKeySpec"] = key.Spec,
            ["KeyUsage"] = key.Usage,
            ["SigningAlgorithms"] = new JsonArray([.. AlgorithmsOf(key).Select(name => (JsonNode)name)]),
        };
    }

    private static (KmsKey Key, string Algorithm, Func<HashAlgorithmName, byte[]> Digest) Read(KmsRequest request)
    {
        var message = request.Blob("Message", MessageLimit);
        var type = request.TextOrNull("MessageType") ?? "RAW";
        return (request.Key(), request.Text("SigningAlgorithm"), type switch
        {
            "RAW" => hash => CryptographicOperations.HashData(hash, message),
            "DIGEST" => hash => message.Length == CryptographicOperations.HashData(hash, []).Length
                ? message
                : throw new AwsError("ValidationException", $"Digest is invalid length for algorithm {hash.Name}."),
            _ => throw AwsError.NotImplemented("kms", $"MessageType {type}"),
        });
    }

    private static (HashAlgorithmName Hash, RSASignaturePadding Padding) Scheme(KmsKey key, string algorithm)
    {
        if (!AlgorithmsOf(key).Contains(algorithm, StringComparer.Ordinal))
            throw new AwsError("InvalidKeyUsageException", $"Algorithm {algorithm} is incompatible with key spec {key.Spec}.");
        return (
            new HashAlgorithmName("SHA" + algorithm[^3..]),
            algorithm.StartsWith("RSASSA_PSS", StringComparison.Ordinal) ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
    }
}
