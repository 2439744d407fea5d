using System.Text;
using System.Text.Json;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.S3.Bodies;
using ServerlessGdpr.Local.S3.Objects;
using ServerlessGdpr.Local.S3.Xml;

namespace ServerlessGdpr.Local.S3.Buckets;

/// <summary>The configurations of a bucket that are kept and given back: each has a subresource, and none is acted on but encryption.</summary>
internal sealed class BucketDocuments(BucketStore buckets)
{
    public const string AllBlocked =
        """
        <PublicAccessBlockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>
        """;

    private const string EncryptedByS3 =
        """
        <ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>
        """;

    private const string OwnerEnforced =
        """
        <OwnershipControls xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>
        """;

    /// <param name="Subresource">In the query string.</param>
    /// <param name="Operation">What follows Get, Put and Delete in the operations' names.</param>
    /// <param name="Root">The document's root element; null for JSON.</param>
    public sealed record Kind(string Subresource, string Operation, string? Root, string Missing, string MissingMessage, string? Default = null, int Put = 200)
    {
        public string Deletion => Subresource is "lifecycle" ? "DeleteBucketLifecycle" : $"Delete{Operation}";
    }

    public static IReadOnlyList<Kind> Kinds { get; } =
    [
        new("policy", "BucketPolicy", null, "NoSuchBucketPolicy", "The bucket policy does not exist", Put: 204),
        new("encryption", "BucketEncryption", "ServerSideEncryptionConfiguration", "ServerSideEncryptionConfigurationNotFoundError", "The server side encryption configuration was not found", EncryptedByS3),
        new("publicAccessBlock", "PublicAccessBlock", "PublicAccessBlockConfiguration", "NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found"),
        new("lifecycle", "BucketLifecycleConfiguration", "LifecycleConfiguration", "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"),
        new("ownershipControls", "BucketOwnershipControls", "OwnershipControls", "OwnershipControlsNotFoundError", "The bucket ownership controls were not found", OwnerEnforced),
        new("tagging", "BucketTagging", "Tagging", "NoSuchTagSet", "The TagSet does not exist", Put: 204),
    ];

    public Task GetAsync(S3Request request, Kind kind)
    {
        var bucket = buckets.Of(request);
        string document;
        lock (bucket.Gate) document = (bucket.Documents.TryGetValue(kind.Subresource, out var stored) ? stored : null) ?? kind.Default ?? throw new AwsError(kind.Missing, kind.MissingMessage, 404);
        return request.AnswerTextAsync(200, kind.Root is null ? "application/json" : "application/xml", document);
    }

    public async Task PutAsync(S3Request request, Kind kind)
    {
        var bucket = buckets.Of(request);
        var document = await BodyReceiver.ReadDocumentAsync(request);
        Put(bucket, kind, document);
        await request.AnswerAsync(kind.Put);
    }

    public Task DeleteAsync(S3Request request, Kind kind)
    {
        var bucket = buckets.Of(request);
        lock (bucket.Gate) bucket.Documents.Remove(kind.Subresource);
        return request.AnswerAsync(204);
    }

    public static void Put(Bucket bucket, Kind kind, byte[] document)
    {
        if (kind.Root is null) RequireJson(document);
        else if (S3Xml.Parse(document, kind.Root) is var parsed && kind.Subresource is "tagging") ObjectTags.CheckOfBucket(parsed);
        lock (bucket.Gate) bucket.Documents[kind.Subresource] = Encoding.UTF8.GetString(document);
    }

    private static void RequireJson(byte[] document)
    {
        try
        {
            using var json = JsonDocument.Parse(document);
            if (json.RootElement.ValueKind is JsonValueKind.Object) return;
        }
        catch (JsonException)
        {
            // Refused below, as an array is.
        }

        throw new AwsError("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'");
    }
}
