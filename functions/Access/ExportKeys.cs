using System.Globalization;

namespace ServerlessGdpr.Functions.Access;

/// <summary>
/// Where things lie in the export bucket. What datastores write leads with the datastore, so that a role can be held to its own; no key names a person.
/// A part holds one <see cref="ExportedRecord"/> a line.
/// </summary>
public static class ExportKeys
{
    public const string Parts = "parts/", Bundles = "bundles/";

    /// <param name="number">From 1.</param>
    public static string Part(string datastore, string requestId, int number) => $"{Request(datastore, requestId)}{Text(number)}.jsonl";

    /// <param name="folder">As in <see cref="Datastores.ExportedFile"/>; null for none.</param>
    public static string File(string datastore, string requestId, int number, string? folder) =>
        $"{Request(datastore, requestId)}files/{(folder is null ? "" : $"{folder}/")}{Text(number)}";

    /// <summary>Everything that a datastore wrote for a request.</summary>
    public static string Request(string datastore, string requestId) => $"{Parts}{datastore}/{requestId}/";

    public static string Bundle(string requestId) => $"{Bundles}{requestId}/personal-data.zip";

    private static string Text(int number) => number.ToString("D9", CultureInfo.InvariantCulture);
}
