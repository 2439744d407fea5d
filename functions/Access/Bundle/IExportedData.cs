using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>What the datastores exported for one request. It may be read several times.</summary>
public interface IExportedData
{
    /// <summary>In the order in which they were exported.</summary>
    IAsyncEnumerable<ExportedRecord> RecordsAsync(ExportTask task, CancellationToken cancellation);

    Task<Stream> OpenFileAsync(ExportTask task, ExportedFile file, CancellationToken cancellation);
}
