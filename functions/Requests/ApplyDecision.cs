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
        var validated = Decision.Validate(envelope);
        var reasons = validated.Value is { } decision ? await ApplyAsync(envelope, decision, cancellation) : validated.Reasons;
        if (reasons.Count > 0) await rejections.RejectAsync(envelope.Id, envelope, reasons, cancellation);
        else log.Decided(validated.Value!.Choice, envelope.Id, validated.Value.RequestId);
    }

    /// <summary>The request is read before the decision: what a delivery of the same event did in between is seen.</summary>
    private async Task<IReadOnlyList<Reason>> ApplyAsync(EventEnvelope envelope, Decision decision, CancellationToken cancellation)
    {
        if (await requests.GetAsync(decision.RequestId, cancellation) is not { } request) return [Reason.UnknownRequest()];
        if (await requests.GetDecisionAsync(envelope.Id, cancellation) is { } taken) return await RepeatAsync(request, taken, envelope, decision, cancellation);
        if (decision.UnknownDatastores(request, dataMap) is { Count: > 0 } unknown) return unknown;
        if (request.TaskToken is { } token)
        {
            return await requests.TryTakeTokenAsync(request.RequestId, token, envelope.Id, cancellation)
                ? await AnswerAsync(token, mayBeAnswered: false, envelope, decision, cancellation)
                : [Reason.NotWaiting()];
        }

        if (request.Status != RequestStatuses.Failed || decision.Choice != Decision.Retry) return [Reason.NotWaiting()];
        if (await requests.TryRetryAsync(request, envelope.Id, cancellation) is not { } retried) return [Reason.NotWaiting()];
        await StartAsync(retried, decision, cancellation);
        return [];
    }

    /// <summary>Does again what may not have been done, for the token or the attempt of the first time. A later one is another decision's.</summary>
    private async Task<IReadOnlyList<Reason>> RepeatAsync(
        RequestRecord request, TakenDecision taken, EventEnvelope envelope, Decision decision, CancellationToken cancellation)
    {
        if (taken is { Refused: true, Token: { } dead })
        {
            await requests.RefuseDecisionAsync(request.RequestId, dead, envelope.Id, cancellation);
            return [Reason.NotWaiting()];
        }

        if (taken.Token is { } token && request.TaskToken == token) return await AnswerAsync(token, mayBeAnswered: true, envelope, decision, cancellation);
        if (taken.Attempt == request.Attempt && request is { IsTerminal: false, Status: not RequestStatuses.Failed }) await StartAsync(request, decision, cancellation);
        return [];
    }

    /// <param name="mayBeAnswered">The token was taken by an earlier delivery, which may have answered it before it crashed: a dead token is no refusal then.</param>
    private async Task<IReadOnlyList<Reason>> AnswerAsync(
        string token, bool mayBeAnswered, EventEnvelope envelope, Decision decision, CancellationToken cancellation)
    {
        var output = DecisionOutput.Of(decision.Choice, decision.Why, decision.Datastores);
        if (await workflows.SendTaskSuccessAsync(token, output, cancellation) || mayBeAnswered)
        {
            await requests.ReleaseTokenAsync(decision.RequestId, token, cancellation);
            return [];
        }

        await requests.RefuseDecisionAsync(decision.RequestId, token, envelope.Id, cancellation);
        return [Reason.NotWaiting()];
    }

    private async Task StartAsync(RequestRecord request, Decision decision, CancellationToken cancellation)
    {
        var announcement = $"retry {request.Attempt}";
        if (request.Announced == announcement) return;
        await events.PublishAsync(request, request.PublishedStatus, cancellation);
        await workflow.StartAsync(request, request.Attempt, decision.Datastores, cancellation);
        await requests.MarkAnnouncedAsync(request.RequestId, announcement, cancellation);
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
