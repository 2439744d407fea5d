using ServerlessGdpr.Local.S3.Buckets;
using ServerlessGdpr.Local.S3.Objects;

namespace ServerlessGdpr.Local.AwsBackup;

/// <summary>The current objects of a bucket at one instant, with copies of their bytes.</summary>
internal sealed class BucketSnapshot
{
    private readonly string folder;

    private BucketSnapshot(string folder, IReadOnlyList<SavedObject> objects) => (this.folder, Objects) = (folder, objects);

    public IReadOnlyList<SavedObject> Objects { get; }

    /// <summary>Whoever writes to the bucket waits meanwhile.</summary>
    public static BucketSnapshot Take(Bucket bucket, string folder)
    {
        Directory.CreateDirectory(folder);
        var objects = new List<SavedObject>();
        lock (bucket.Gate)
        {
            foreach (var key in bucket.KeysFrom(""))
            {
                // Archived objects are not backed up.
                if (bucket.Current(key) is not { Content: { IsArchived: false } content } version) continue;
                var copy = Path.Combine(folder, objects.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
                File.Copy(content.Body.Path, copy);
                objects.Add(new SavedObject(key, copy, content, version.Tags));
            }
        }

        return new BucketSnapshot(folder, objects);
    }

    public void Delete() => Directory.Delete(folder, recursive: true);
}

/// <param name="Path">Where its bytes are; those of <paramref name="Content"/> may be gone.</param>
internal sealed record SavedObject(string Key, string Path, ObjectContent Content, IReadOnlyDictionary<string, string> Tags);
