using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Commands;
using ServerlessGdpr.Local.Lambda;

namespace ServerlessGdpr.Local.Demo;

/// <summary>The demo's first part: the person asks for their data and gets a bundle, by the link that an operator makes.</summary>
internal sealed class AccessDemo(LocalSession session, RunLog log)
{
    private const string Folder = "personal-data";

    /// <summary>Fetches the bundle of a completed request and unpacks it beside the other results.</summary>
    public async Task<IReadOnlyList<CheckResult>> FetchAsync(SentEvent sent, RequestResult result, CancellationToken cancellation)
    {
        if (result.Status != "completed") return [new("the person got their data", Ok: false)];
        var folder = await DownloadAsync(sent, cancellation);
        log.Line($"The person's data: {folder}.zip", "green");
        log.Line($"Open {Path.Combine(folder, "index.html")}", "green");
        return
        [
            new("the bundle holds every record of the person, and nobody else's", await HoldsAllAsync(folder, cancellation)),
            new("every file of the bundle has the hash that its manifest says", await HashesAgreeAsync(folder, cancellation)),
        ];
    }

    private async Task<string> DownloadAsync(SentEvent sent, CancellationToken cancellation)
    {
        var function = session.Cloud.Get<FunctionCatalog>().All.Single(function => function.Handler == "LinkBundle");
        var input = new JsonObject { ["source"] = sent.Entry.Source, ["subjectRequestId"] = sent.Entry.SubjectRequestId, ["requestedBy"] = "demo" };
        var answer = await session.Cloud.Get<FunctionInvoker>().InvokeAsync(function.Arn, input.ToJsonString(), cancellation);
        var link = JsonNode.Parse(answer.Payload)?["url"]?.GetValue<string>() ?? throw new InvalidOperationException("The operator got no link.");
        var folder = Path.Combine(session.Repository.LocalDirectory, Folder);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        using var http = new HttpClient();
        await using (var bundle = await http.GetStreamAsync(new Uri(link), cancellation))
        await using (var file = File.Create($"{folder}.zip"))
            await bundle.CopyToAsync(file, cancellation);
        await ZipFile.ExtractToDirectoryAsync($"{folder}.zip", folder, cancellation);
        return folder;
    }

    /// <summary>By the shop as it was made up, not by what any function counted.</summary>
    private async Task<bool> HoldsAllAsync(string folder, CancellationToken cancellation)
    {
        var person = session.Shop!.Subject;
        var customers = await ReadAsync(folder, "customers", cancellation);
        var orders = await ReadAsync(folder, "orders", cancellation);
        var uploads = await ReadAsync(folder, "uploads", cancellation);
        return customers.Select(record => Text(record, "customer_id")).SequenceEqual([person.CustomerId])
            && orders.Select(record => Text(record, "order_id")).ToHashSet().SetEquals(person.Orders.Select(order => order.OrderId))
            && orders.All(record => record!["packed_by"] is null)
            && uploads.Count == person.Uploads.Sum(upload => upload.Versions.Count)
            && uploads.All(record => Text(record, "key")!.StartsWith($"customers/{person.CustomerId}/", StringComparison.Ordinal));
    }

    private static async Task<bool> HashesAgreeAsync(string folder, CancellationToken cancellation)
    {
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "manifest.json"), cancellation))!;
        foreach (var file in manifest["files"]!.AsArray())
        {
            await using var content = File.OpenRead(Path.Combine(folder, Text(file, "path")!));
            if (Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellation)) != Text(file, "sha256")) return false;
        }

        return Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Count() == manifest["files"]!.AsArray().Count + 1;
    }

    private static async Task<JsonArray> ReadAsync(string folder, string datastore, CancellationToken cancellation) =>
        JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "data", $"{datastore}.json"), cancellation), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false })!.AsArray();

    private static string? Text(JsonNode? record, string field) => record![field]?.GetValue<string>();
}
