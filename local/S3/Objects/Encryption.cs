using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.S3.Xml;

namespace ServerlessGdpr.Local.S3.Objects;

/// <summary>How S3 says an object is encrypted at rest. Here the bytes are not.</summary>
public sealed record Encryption(string Algorithm, string? KeyId, bool BucketKey)
{
    private const string Header = "x-amz-server-side-encryption";

    public static Encryption S3Managed { get; } = new("AES256", null, BucketKey: false);

    /// <summary>What the request asks for, else what the bucket does by default.</summary>
    public static Encryption Of(S3Request request, string? bucketConfiguration)
    {
        if (request.Header(Header) is not { } algorithm) return DefaultOf(bucketConfiguration);
        if (algorithm is not ("AES256" or "aws:kms" or "aws:kms:dsse"))
            throw S3Error.InvalidArgument("The encryption method specified is not supported");
        var key = request.Header(Header + "-aws-kms-key-id");
        if (key is not null && algorithm is "AES256")
            throw S3Error.InvalidArgument("Server Side Encryption with KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms");
        return new Encryption(algorithm, key, request.Flag(Header + "-bucket-key-enabled"));
    }

    public void WriteTo(S3Request request)
    {
        request.AnswerHeaders[Header] = Algorithm;
        if (KeyId is not null) request.AnswerHeaders[Header + "-aws-kms-key-id"] = KeyArn(KeyId);
        if (BucketKey) request.AnswerHeaders[Header + "-bucket-key-enabled"] = "true";
    }

    private static string KeyArn(string key) => key.StartsWith("arn:", StringComparison.Ordinal)
        ? key
        : $"arn:aws:kms:{CloudOptions.Region}:{CloudOptions.Account}:{(key.StartsWith("alias/", StringComparison.Ordinal) ? key : $"key/{key}")}";

    private static Encryption DefaultOf(string? bucketConfiguration)
    {
        if (bucketConfiguration is null) return S3Managed;
        var rule = S3Xml.Parse(System.Text.Encoding.UTF8.GetBytes(bucketConfiguration), "ServerSideEncryptionConfiguration").One("Rule");
        var applied = rule?.One("ApplyServerSideEncryptionByDefault");
        return new Encryption(applied?.Text("SSEAlgorithm") ?? "AES256", applied?.Text("KMSMasterKeyID"), rule?.Text("BucketKeyEnabled") is "true");
    }
}
