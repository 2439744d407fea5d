using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using Amazon.S3.Model;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Tests.EndToEnd.Histories;

/// <summary>People register and ask to be erased.</summary>
internal sealed class PeopleSteps(HistoryStage stage, CopySteps copies)
{
    private readonly DeployedSystem live = stage.Live;
    private readonly CancellationToken cancellation = stage.Cancellation;
    private int numbers;

    /// <summary>Who asked to be erased waits for the answer first.</summary>
    public async Task RegisterAsync(Person person)
    {
        foreach (var erasure in stage.Model.UnderWay(person))
        {
            await stage.CompletedAsync(erasure);
            await live.AdvanceAsync(TimeSpan.FromSeconds(5), cancellation);
        }

        var number = ++numbers;
        stage.Tell($"{person.CustomerId} writes {number}");
        var customer = new Dictionary<string, AttributeValue>
        {
            ["customer_id"] = new(person.CustomerId),
            ["email"] = new(person.Email),
            ["number"] = new() { N = number.ToString(CultureInfo.InvariantCulture) },
        };
        var upload = $"customers/{person.CustomerId}/{number}.txt";
        await live.DynamoDb.PutItemAsync(Shop.Customers, customer, cancellation);
        await live.Shop.PutOrdersAsync(person, number, 1, cancellation);
        await live.S3.PutObjectAsync(new PutObjectRequest { BucketName = Shop.Uploads, Key = upload, ContentBody = $"upload {number}" }, cancellation);
        stage.Model.Write(new(Shop.Customers, HistoryStage.KeyOf(customer), person, stage.Now), instead: true);
        stage.Model.Write(new(Shop.Orders, $"O-{person.CustomerId}-{number}", person, stage.Now), instead: false);
        stage.Model.Write(new(Shop.Uploads, upload, person, stage.Now), instead: false);
    }

    public async Task EraseAsync(AsksToBeErased step)
    {
        if (step.Copy is not null)
        {
            await copies.UsableAsync(stage.Model.Copy(step.Copy));
            await live.AdvanceAsync(step.After, cancellation);
        }

        var sample = DeployedSystem.Sample("erasure-requested.json");
        var detail = sample["Detail"]!.AsObject();
        detail["subject_request_id"] = step.RequestId;
        detail["subject_identities"]![0]!["identity_value"] = step.Person.CustomerId;
        detail["subject_identities"]![1]!["identity_value"] = step.Person.Email;
        stage.Tell($"{step.Person.CustomerId} asks to be erased ({step.RequestId}){(step.Backup is null ? "" : $" and {step.Backup} meets it")}{(step.IsHeldUp ? ", which is held up" : "")}");
        if (step.IsHeldUp) live.Calls.Refuse("Query", Shop.Orders, new AwsError("AccessDeniedException", "User is not authorized to perform this."));
        var backedUp = step.Backup is null ? null : copies.BackUpMeanwhile(step.Backup);
        await live.PublishAsync(sample, cancellation);
        stage.Model.Erase(new ModelErasure(step.RequestId, step.Person, stage.Now));
        if (backedUp is not null) await stage.UntilAsync(() => Task.FromResult(backedUp.IsCompleted));
        if (step.IsHeldUp) await live.StatusAsync(status => IsWaiting(status, step.RequestId), cancellation);
    }

    public async Task RetryAsync()
    {
        live.Calls.Allow();
        foreach (var erasure in stage.Model.Erasures.Where(erasure => erasure.CompletedAt is null).ToList())
        {
            if (!live.StatusEvents.Any(status => IsWaiting(status, erasure.SubjectRequestId))) continue;
            stage.Tell($"an operator retries {erasure.SubjectRequestId}");
            var sample = DeployedSystem.Sample("operator-decided-retry.json");
            sample["Detail"]!["subject_request_id"] = erasure.SubjectRequestId;
            await live.PublishAsync(sample, cancellation);
            await stage.CompletedAsync(erasure);
        }
    }

    private static bool IsWaiting(JsonObject status, string requestId) => (string?)status["subject_request_id"] == requestId && status["waiting"] is not null;
}
