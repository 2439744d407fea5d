using System.Xml.Linq;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.S3.Bodies;
using ServerlessGdpr.Local.S3.Xml;
using static ServerlessGdpr.Local.S3.Xml.S3Xml;

namespace ServerlessGdpr.Local.S3.Buckets;

/// <summary>Making, listing and removing buckets, and their versioning.</summary>
internal sealed class BucketOperations(BucketStore buckets)
{
    public static XElement Owner(string element = "Owner") => Element(element, Element("ID", CloudOptions.Account), Element("DisplayName", "local"));

    public async Task CreateBucket(S3Request request)
    {
        var document = await BodyReceiver.ReadDocumentAsync(request);
        if (document.Length > 0)
        {
            var configuration = Parse(document, "CreateBucketConfiguration");
            if (configuration.Elements().FirstOrDefault(element => element.Name.LocalName is not "LocationConstraint") is { } extra)
                throw S3Error.NotImplemented($"CreateBucket with {extra.Name.LocalName}");
            if (configuration.Text("LocationConstraint") is { Length: > 0 } location and not CloudOptions.Region)
                throw new AwsError("IllegalLocationConstraintException", $"The {location} location constraint is incompatible for the region specific endpoint this request was sent to.");
        }

        var bucket = buckets.Create(request.Bucket, request.Flag("x-amz-bucket-object-lock-enabled"));
        if (request.Header("x-amz-object-ownership") is { } ownership)
            bucket.Documents["ownershipControls"] = Write(Element("OwnershipControls", Element("Rule", Element("ObjectOwnership", ownership))));
        request.AnswerHeaders.Location = $"/{request.Bucket}";
        await request.AnswerAsync(200);
    }

    public Task HeadBucket(S3Request request)
    {
        buckets.Of(request);
        request.AnswerHeaders["x-amz-bucket-region"] = CloudOptions.Region;
        return request.AnswerAsync(200);
    }

    public Task DeleteBucket(S3Request request)
    {
        buckets.Delete(buckets.Of(request));
        return request.AnswerAsync(204);
    }

    public Task ListBuckets(S3Request request)
    {
        var prefix = request.Query("prefix") ?? "";
        var after = request.Query("continuation-token") ?? "";
        var max = request.Number("max-buckets", 10_000, 10_000);
        var found = buckets.All
            .Where(bucket => bucket.Name.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(bucket.Name, after) > 0)
            .Take(max + 1)
            .ToList();
        return request.AnswerAsync(Element(
            "ListAllMyBucketsResult",
            Owner(),
            Element("Buckets", found.Take(max).Select(bucket => Element(
                "Bucket", Element("Name", bucket.Name), Element("CreationDate", Instant(bucket.CreatedAt)), Element("BucketRegion", CloudOptions.Region)))),
            Optional("Prefix", request.Query("prefix")),
            Optional("ContinuationToken", found.Count > max ? found[max - 1].Name : null)));
    }

    public Task GetBucketLocation(S3Request request)
    {
        buckets.Of(request);
        return request.AnswerAsync(Element("LocationConstraint", CloudOptions.Region));
    }

    public Task GetBucketVersioning(S3Request request)
    {
        var bucket = buckets.Of(request);
        lock (bucket.Gate)
        {
            var status = bucket.Versioning is VersioningState.Never ? null : bucket.Versioning.ToString();
            return request.AnswerAsync(Element("VersioningConfiguration", Optional("Status", status)));
        }
    }

    public async Task PutBucketVersioning(S3Request request)
    {
        var bucket = buckets.Of(request);
        var configuration = Parse(await BodyReceiver.ReadDocumentAsync(request), "VersioningConfiguration");
        if (configuration.Text("MfaDelete") is "Enabled") throw S3Error.NotImplemented("PutBucketVersioning with MfaDelete");
        SetVersioning(bucket, configuration.Text("Status"));
        await request.AnswerAsync(200);
    }

    public static void SetVersioning(Bucket bucket, string? status)
    {
        var state = status switch
        {
            "Enabled" => VersioningState.Enabled,
            "Suspended" => VersioningState.Suspended,
            _ => throw new AwsError("IllegalVersioningConfigurationException", "The Versioning element must be specified"),
        };
        lock (bucket.Gate)
        {
            if (bucket.Lock is not null && state is VersioningState.Suspended)
                throw new AwsError("InvalidBucketState", "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.", 409);
            bucket.Versioning = state;
        }
    }
}
