using System.Text.Json;
using System.Text.RegularExpressions;
using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Access;

/// <summary>
/// Operators invoke this to hand a bundle out: it answers with a link that works for an hour, and never beyond the bundle's own end. That a link was made, when and for whom,
/// is written once before the link exists.
/// </summary>
public sealed partial class LinkBundle(RequestStore requests, ExportBucket exports, EvidenceBucket evidence, TimeProvider time) : IHandler<LinkRequest, BundleLink>
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public async Task<BundleLink> HandleAsync(LinkRequest input, Invocation invocation, CancellationToken deadline)
    {
        if (!OperatorName().IsMatch(input.RequestedBy)) throw new LinkRequestInvalid();
        var request = await requests.GetAsync(RequestId.Of(input.Source, input.SubjectRequestId), deadline);
        if (request is null) return new BundleLink { Outcome = LinkOutcomes.UnknownRequest };
        if (request is not { Bundle: { } bundle, Status: RequestStatuses.Completed or RequestStatuses.PartiallyCompleted })
            return new BundleLink { Outcome = LinkOutcomes.NoBundle };

        // S3 removes expired objects when it comes to it, up to days later.
        var now = time.GetUtcNow();
        if (bundle.ExpiresAt <= now) return new BundleLink { Outcome = LinkOutcomes.Expired, BundleExpiresAt = bundle.ExpiresAt };

        var until = now + Lifetime < bundle.ExpiresAt ? now + Lifetime : bundle.ExpiresAt;
        await WriteAuditAsync(request, input.RequestedBy, now, until, invocation.Id, deadline);
        return new BundleLink
        {
            Outcome = LinkOutcomes.Linked,
            Url = await exports.LinkAsync(ExportKeys.Bundle(request.RequestId), "personal-data.zip", until),
            ValidUntil = until,
            BundleExpiresAt = bundle.ExpiresAt,
            Size = bundle.Size,
            Sha256 = bundle.Sha256,
        };
    }

    private Task WriteAuditAsync(RequestRecord request, string requestedBy, DateTimeOffset now, DateTimeOffset until, string invocationId, CancellationToken deadline)
    {
        var made = new LinkMade(request.RequestId, request.Source, request.SubjectRequestId, requestedBy, now, until, invocationId);
        return evidence.WriteOnceAsync(
            $"certificates/{request.RequestId}/links/{invocationId}.json",
            JsonSerializer.Serialize(made, FunctionsJson.Default.LinkMade),
            now.AddYears(CompleteRequest.CertificateYears),
            deadline);
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._@/-]{0,127}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OperatorName();
}

/// <summary>Which bundle an operator wants a link to.</summary>
public sealed record LinkRequest
{
    /// <summary>The application that asked for the bundle.</summary>
    public required string Source { get; init; }

    public required string SubjectRequestId { get; init; }

    /// <summary>The operator, for the audit: letters, digits and <c>. _ @ / -</c>.</summary>
    public required string RequestedBy { get; init; }
}

/// <summary>A link, or why there is none.</summary>
public sealed record BundleLink
{
    /// <summary>One of <see cref="LinkOutcomes"/>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Whoever has it can get the bundle: it goes to the person and nowhere else.</summary>
    public string? Url { get; init; }

    /// <summary>At the latest; the link ends earlier when this function's credentials do.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    public DateTimeOffset? BundleExpiresAt { get; init; }

    /// <summary>In bytes.</summary>
    public long? Size { get; init; }

    /// <summary>Of the whole bundle, hexadecimal.</summary>
    public string? Sha256 { get; init; }
}

/// <summary>The outcomes of <see cref="BundleLink"/>.</summary>
public static class LinkOutcomes
{
    public const string Linked = "linked", Expired = "expired", NoBundle = "no_bundle", UnknownRequest = "unknown_request";
}

/// <summary>That a link was made, as evidence. The link itself is nowhere.</summary>
public sealed record LinkMade(
    string RequestId, string Source, string SubjectRequestId, string RequestedBy, DateTimeOffset MadeAt, DateTimeOffset ValidUntil, string InvocationId);

/// <summary>The operator's name is missing, or is no name.</summary>
public sealed class LinkRequestInvalid() : PermanentFailure("requestedBy must be letters, digits and . _ @ / - and have at most 128 characters.");
