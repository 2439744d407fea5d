using ServerlessGdpr.Functions.Access.Bundle;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Aws;

namespace ServerlessGdpr.Functions.Access;

/// <summary>Packs what the datastores exported into the bundle, in one stream from the export bucket into the export bucket.</summary>
public sealed class PackageBundle(
    RequestStore requests,
    TaskStore<ExportTask> tasks,
    EarlierErasures erasures,
    DataMap dataMap,
    IExportedData data,
    ObjectUpload uploads,
    int bundleDays,
    TimeProvider time) : IHandler<CompleteRequestInput, Acknowledged>
{
    public async Task<Acknowledged> HandleAsync(CompleteRequestInput input, Invocation invocation, CancellationToken deadline)
    {
        var request = await requests.GetAsync(input.RequestId, deadline) ?? throw new RequestUnknown();
        var content = await ContentOfAsync(request, deadline);
        try
        {
            var bundle = await WriteAsync(content, input.Attempt, deadline);
            await requests.SetBundleAsync(request.RequestId, bundle, CancellationToken.None);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw new BundleTooLarge();
        }

        return new Acknowledged();
    }

    private async Task<PackagedBundle> WriteAsync(BundleContent content, int attempt, CancellationToken deadline)
    {
        PackagedBundle? bundle = null;
        await uploads.WriteAsync(
            ExportKeys.Bundle(content.RequestId),
            "application/zip",
            async stream =>
            {
                var summary = await BundleWriter.WriteAsync(content, data, stream, deadline);
                bundle = new PackagedBundle(summary.Size, summary.Sha256, content.PackagedAt, content.ExpiresAt, attempt);
            },
            deadline);
        return bundle!;
    }

    private async Task<BundleContent> ContentOfAsync(RequestRecord request, CancellationToken deadline)
    {
        var now = time.GetUtcNow();
        var all = (await tasks.ListAsync(request.RequestId, deadline)).ToDictionary(task => task.Datastore);
        var registered = dataMap.Datastores.Where(entry => all.ContainsKey(entry.Name)).Select(entry => new BundleSection(entry, all[entry.Name])).ToList();
        var left = all.Values.Where(task => !registered.Exists(section => section.Task == task)).Select(task => new BundleSection(null, task));
        return new BundleContent
        {
            RequestId = request.RequestId,
            SubjectRequestId = request.SubjectRequestId,
            Type = request.Type,
            SubmittedAt = request.SubmittedAt,
            PackagedAt = now,
            ExpiresAt = now.AddDays(bundleDays),
            Controller = dataMap.Controller,
            Sections = [.. registered, .. left],
            Erasures = await erasures.ListAsync(request, deadline),
        };
    }
}

/// <summary>One invocation's time was not enough to pack the bundle. More memory brings more processor, and so a larger bundle.</summary>
public sealed class BundleTooLarge() : PermanentFailure("The bundle could not be packed within the time of one invocation.");
