using System.Runtime.CompilerServices;
using System.Text.Json;
using Amazon.S3;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <inheritdoc cref="IExportedData"/>
/// <remarks>It streams: no more than a line and a buffer are in memory.</remarks>
public sealed class ExportedData(IAmazonS3 s3, string bucket) : IExportedData
{
    public async IAsyncEnumerable<ExportedRecord> RecordsAsync(ExportTask task, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var number = 1; number <= task.Parts; number++)
        {
            using var part = await s3.GetObjectAsync(bucket, ExportKeys.Part(task.Datastore, task.RequestId, number), cancellation);
            using var lines = new StreamReader(part.ResponseStream);
            while (await lines.ReadLineAsync(cancellation) is { } line) yield return JsonSerializer.Deserialize(line, PartsJson.Default.ExportedRecord)!;
        }
    }

    public async Task<Stream> OpenFileAsync(ExportTask task, ExportedFile file, CancellationToken cancellation) =>
        (await s3.GetObjectAsync(bucket, ExportKeys.File(task.Datastore, task.RequestId, file.Number, file.Folder), cancellation)).ResponseStream;
}
