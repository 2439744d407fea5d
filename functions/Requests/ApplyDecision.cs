using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Runtime.Aws;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>Hands an operator's decision to the execution that waits for it, or opens another attempt of a failed request.</summary>
public sealed class ApplyDecision(
    DataMap dataMap,
    RequestStore requests,
    Rejections rejections,
    StatusEvents events,
    WorkflowStarter workflow,
    IWorkflows workflows,
    ILogger<ApplyDecision> log)
{
    public async Task ReceiveAsync(EventEnvelope envelope, CancellationToken cancellation)
    {
        var validated = Decision.Validate(envelope, dataMap);
        var reasons = validated.Value is { } decision ? await ApplyAsync(envelope, decision, cancellation) : validated.Reasons;
        if (reasons.Count > 0) await rejections.RejectAsync(envelope.Id, envelope, reasons, cancellation);
        else log.Decided(validated.Value!.Choice, envelope.Id, validated.Value.RequestId);
    }

    private async Task<IReadOnlyList<Reason>> ApplyAsync(EventEnvelope envelope, Decision decision, CancellationToken cancellation)
    {
        if (await requests.GetAsync(decision.RequestId, cancellation) is not { } request) return [Reason.UnknownRequest()];
        if (request.TaskToken is { } token) return await AnswerAsync(request, token, envelope, decision, cancellation) ? [] : [Reason.NotWaiting()];
        if (request.DecidedBy == envelope.Id) return await RepeatAsync(request, decision, cancellation);
        if (request.Status != RequestStatuses.Failed || decision.Choice != Decision.Retry) return [Reason.NotWaiting()];
        if (await requests.TryRetryAsync(request, envelope.Id, cancellation) is not { } retried) return [Reason.NotWaiting()];
        return await RepeatAsync(retried, decision, cancellation);
    }

    /// <summary>The token belongs to the first event that claims it. A claim that is found standing may have been answered before the crash, so a dead token is no refusal then.</summary>
    private async Task<bool> AnswerAsync(RequestRecord request, string token, EventEnvelope envelope, Decision decision, CancellationToken cancellation)
    {
        var claimedBefore = request.DecidedBy == envelope.Id && request.DecidedToken == token;
        if (!claimedBefore && !await requests.TryClaimTokenAsync(request.RequestId, token, envelope.Id, cancellation)) return false;
        var delivered = await workflows.SendTaskSuccessAsync(
            token, DecisionOutput.Of(decision.Choice, decision.Why, decision.Datastores), cancellation);
        if (delivered || claimedBefore) await requests.ReleaseTokenAsync(request.RequestId, token, cancellation);
        else await requests.ForgetTokenAsync(request.RequestId, token, cancellation);
        return delivered || claimedBefore;
    }

    /// <summary>Does again what may not have been done after the retry was opened.</summary>
    private async Task<IReadOnlyList<Reason>> RepeatAsync(RequestRecord request, Decision decision, CancellationToken cancellation)
    {
        var announcement = $"retry {request.Attempt}";
        var opened = request is { DecidedToken: null, IsTerminal: false } && request.Status != RequestStatuses.Failed;
        if (!opened || request.Announced == announcement) return [];
        await events.PublishAsync(request, request.PublishedStatus, cancellation);
        await workflow.StartAsync(request.RequestId, request.Attempt, decision.Datastores, cancellation);
        await requests.MarkAnnouncedAsync(request.RequestId, announcement, cancellation);
        return [];
    }
}

/// <summary>What a waiting execution is given: <c>{"decision","reason","datastores"}</c>.</summary>
internal static class DecisionOutput
{
    public static string Of(string choice, string? reason, IReadOnlyList<string>? datastores)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("decision", choice);
            json.WriteString("reason", reason);
            if (datastores is null) json.WriteNull("datastores");
            else json.WriteNames("datastores", datastores);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
