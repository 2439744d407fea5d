using ServerlessGdpr.Local.S3.Bodies;
using ServerlessGdpr.Local.S3.Buckets;
using ServerlessGdpr.Local.S3.Listings;
using ServerlessGdpr.Local.S3.Locks;
using ServerlessGdpr.Local.S3.Multipart;
using ServerlessGdpr.Local.S3.Objects;

namespace ServerlessGdpr.Local.S3;

/// <summary>The operations that there are.</summary>
internal static class RouteTable
{
    public static Routes Create(BucketStore buckets, BodyReceiver bodies, S3Faults faults, TimeProvider time) =>
        new([.. Buckets(buckets, time), .. Objects(buckets, bodies, faults, time), .. Uploads(buckets, bodies, time), .. Documents(buckets)]);

    private static IEnumerable<Route> Buckets(BucketStore store, TimeProvider time)
    {
        var buckets = new BucketOperations(store);
        var locks = new LockOperations(store, time);
        var list = new ListObjects(store);
        string[] listing = ["prefix", "delimiter", "max-keys", "encoding-type"];
        return
        [
            new("ListBuckets", "GET", Level.Account, [], ["prefix", "max-buckets", "continuation-token"], buckets.ListBuckets),
            new("CreateBucket", "PUT", Level.Bucket, [], [], buckets.CreateBucket),
            new("HeadBucket", "HEAD", Level.Bucket, [], [], buckets.HeadBucket),
            new("DeleteBucket", "DELETE", Level.Bucket, [], [], buckets.DeleteBucket),
            new("GetBucketLocation", "GET", Level.Bucket, ["location"], [], buckets.GetBucketLocation),
            new("GetBucketVersioning", "GET", Level.Bucket, ["versioning"], [], buckets.GetBucketVersioning),
            new("PutBucketVersioning", "PUT", Level.Bucket, ["versioning"], [], buckets.PutBucketVersioning),
            new("GetObjectLockConfiguration", "GET", Level.Bucket, ["object-lock"], [], locks.GetObjectLockConfiguration),
            new("PutObjectLockConfiguration", "PUT", Level.Bucket, ["object-lock"], [], locks.PutObjectLockConfiguration),
            new("ListObjects", "GET", Level.Bucket, [], [.. listing, "marker"], list.Version1),
            new("ListObjectsV2", "GET", Level.Bucket, ["list-type"], [.. listing, "continuation-token", "start-after", "fetch-owner"], list.Version2),
            new("ListObjectVersions", "GET", Level.Bucket, ["versions"], [.. listing, "key-marker", "version-id-marker"], new ListVersions(store).HandleAsync),
        ];
    }

    private static IEnumerable<Route> Objects(BucketStore store, BodyReceiver bodies, S3Faults faults, TimeProvider time)
    {
        var get = new GetObject(store);
        var delete = new DeleteObjects(store, faults, time);
        var tags = new ObjectTags(store);
        var locks = new LockOperations(store, time);
        string[] version = ["versionId"];
        string[] reading = ["versionId", "partNumber", .. ObjectHeaders.Overrides.Select(pair => pair.Query)];
        return
        [
            new("GetObject", "GET", Level.Object, [], reading, get.HandleAsync),
            new("HeadObject", "HEAD", Level.Object, [], reading, get.HandleAsync),
            new("PutObject", "PUT", Level.Object, [], [], new PutObject(store, bodies, time).HandleAsync),
            new("CopyObject", "PUT", Level.Object, [], [], new CopyObject(store, bodies, time).HandleAsync) { IsCopy = true },
            new("DeleteObject", "DELETE", Level.Object, [], version, delete.DeleteObject),
            new("DeleteObjects", "POST", Level.Bucket, ["delete"], [], delete.DeleteMany),
            new("GetObjectTagging", "GET", Level.Object, ["tagging"], version, tags.GetObjectTagging),
            new("PutObjectTagging", "PUT", Level.Object, ["tagging"], version, tags.PutObjectTagging),
            new("DeleteObjectTagging", "DELETE", Level.Object, ["tagging"], version, tags.DeleteObjectTagging),
            new("GetObjectRetention", "GET", Level.Object, ["retention"], version, locks.GetObjectRetention),
            new("PutObjectRetention", "PUT", Level.Object, ["retention"], version, locks.PutObjectRetention),
            new("GetObjectLegalHold", "GET", Level.Object, ["legal-hold"], version, locks.GetObjectLegalHold),
            new("PutObjectLegalHold", "PUT", Level.Object, ["legal-hold"], version, locks.PutObjectLegalHold),
        ];
    }

    private static IEnumerable<Route> Uploads(BucketStore store, BodyReceiver bodies, TimeProvider time)
    {
        var uploads = new UploadStore(store);
        var operations = new UploadOperations(store, uploads, time);
        var parts = new PartOperations(store, uploads, bodies, time);
        string[] listing = ["prefix", "delimiter", "max-uploads", "encoding-type", "key-marker", "upload-id-marker"];
        return
        [
            new("CreateMultipartUpload", "POST", Level.Object, ["uploads"], [], operations.CreateMultipartUpload),
            new("UploadPart", "PUT", Level.Object, ["uploadId", "partNumber"], [], parts.UploadPart),
            new("UploadPartCopy", "PUT", Level.Object, ["uploadId", "partNumber"], [], parts.UploadPartCopy) { IsCopy = true },
            new("CompleteMultipartUpload", "POST", Level.Object, ["uploadId"], [], new CompleteUpload(uploads, bodies, time).HandleAsync),
            new("AbortMultipartUpload", "DELETE", Level.Object, ["uploadId"], [], operations.AbortMultipartUpload),
            new("ListParts", "GET", Level.Object, ["uploadId"], ["max-parts", "part-number-marker"], operations.ListParts),
            new("ListMultipartUploads", "GET", Level.Bucket, ["uploads"], listing, operations.ListMultipartUploads),
        ];
    }

    private static IEnumerable<Route> Documents(BucketStore store)
    {
        var documents = new BucketDocuments(store);
        foreach (var kind in BucketDocuments.Kinds)
        {
            string[] mark = [kind.Subresource];
            yield return new("Get" + kind.Operation, "GET", Level.Bucket, mark, [], request => documents.GetAsync(request, kind));
            yield return new("Put" + kind.Operation, "PUT", Level.Bucket, mark, [], request => documents.PutAsync(request, kind));
            yield return new(kind.Deletion, "DELETE", Level.Bucket, mark, [], request => documents.DeleteAsync(request, kind));
        }
    }
}
