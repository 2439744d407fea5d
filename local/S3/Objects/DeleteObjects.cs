using System.Xml.Linq;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Iam;
using ServerlessGdpr.Local.Iam.Requests;
using ServerlessGdpr.Local.S3.Bodies;
using ServerlessGdpr.Local.S3.Buckets;
using ServerlessGdpr.Local.S3.Locks;
using ServerlessGdpr.Local.S3.Xml;
using static ServerlessGdpr.Local.S3.Xml.S3Xml;

namespace ServerlessGdpr.Local.S3.Objects;

/// <summary>DeleteObject and DeleteObjects.</summary>
internal sealed class DeleteObjects(BucketStore buckets, S3Faults faults, TimeProvider time)
{
    private const int Limit = 1000;

    public Task DeleteObject(S3Request request)
    {
        var bucket = buckets.Of(request);
        var removal = Remove(bucket, request.Key, request.VersionId, request.Header("If-Match"), LockHeaders.Bypass(request));
        if (removal.VersionId is not null) request.AnswerHeaders["x-amz-version-id"] = removal.VersionId;
        if (removal.IsMarker) request.AnswerHeaders["x-amz-delete-marker"] = "true";
        return request.AnswerAsync(204);
    }

    public async Task DeleteMany(S3Request request)
    {
        var bucket = buckets.Of(request);
        if (request.Header("Content-MD5") is null && !BodyClaims.Of(request).HasChecksum)
            throw S3Error.InvalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
        var document = Parse(await BodyReceiver.ReadDocumentAsync(request), "Delete");
        var objects = document.All("Object").ToList();
        if (objects.Count is 0 or > Limit) throw S3Error.MalformedXml();
        var isQuiet = document.Text("Quiet") is "true";
        var bypass = LockHeaders.Bypass(request);
        var caller = request.Context.Features.Get<Caller>();
        var results = objects.Select(element => Remove(bucket, element, bypass, caller)).Where(result => !isQuiet || result.Name.LocalName is "Error").ToList();
        await request.AnswerAsync(Element("DeleteResult", results));
    }

    private XElement Remove(Bucket bucket, XElement element, bool bypass, Caller? caller)
    {
        var key = element.Text("Key") ?? throw S3Error.MalformedXml();
        var versionId = element.Text("VersionId");
        try
        {
            if (element.Elements().FirstOrDefault(part => part.Name.LocalName is not ("Key" or "VersionId" or "ETag")) is { } extra)
                throw S3Error.NotImplemented($"DeleteObjects with {extra.Name.LocalName}");
            caller?.Require(S3Access.OfDeletion(bucket.Name, key, versionId));
            faults.RefuseDeletion(key);
            var removal = Remove(bucket, key, versionId, element.Text("ETag"), bypass);
            return Element(
                "Deleted",
                Element("Key", key),
                Optional("VersionId", versionId),
                removal.IsMarker ? Element("DeleteMarker", "true") : null,
                removal.IsMarker ? Optional("DeleteMarkerVersionId", removal.VersionId) : null);
        }
        catch (AwsError error)
        {
            return Element("Error", Element("Key", key), Optional("VersionId", versionId), Element("Code", error.Code), Element("Message", error.Message));
        }
    }

    private Removal Remove(Bucket bucket, string key, string? versionId, string? match, bool bypass)
    {
        PutObject.RequireKey(key);
        lock (bucket.Gate)
        {
            if (versionId is not null) return RemoveVersion(bucket, key, GetObject.RequireVersionId(versionId), match, bypass);
            var current = bucket.Current(key);
            Preconditions.RequireDelete(match, current);
            if (bucket.Versioning is not VersioningState.Never) return AddMarker(bucket, key);
            if (current is not null) bucket.Remove(current);
            return new Removal(null, IsMarker: false);
        }
    }

    /// <summary>Removes nothing, and says so no differently, when there is no such version: as S3 does.</summary>
    private Removal RemoveVersion(Bucket bucket, string key, string versionId, string? match, bool bypass)
    {
        var version = bucket.Find(key, versionId);
        Preconditions.RequireDelete(match, version);
        if (version is null) return new Removal(versionId, IsMarker: false);
        if (version.IsProtected(time.GetUtcNow(), bypass)) throw S3Error.Locked();
        bucket.Remove(version);
        return new Removal(bucket.Versioning is VersioningState.Never ? null : versionId, version.IsDeleteMarker);
    }

    private Removal AddMarker(Bucket bucket, string key)
    {
        var marker = new ObjectVersion { Key = key, VersionId = bucket.NextVersionId(), LastModified = time.GetUtcNow() };
        bucket.Add(marker);
        return new Removal(marker.VersionId, IsMarker: true);
    }

    /// <param name="VersionId">Of the version that was removed or the marker that was made.</param>
    private sealed record Removal(string? VersionId, bool IsMarker);
}
