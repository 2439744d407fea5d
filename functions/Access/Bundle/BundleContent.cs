using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Requests;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>What a bundle says beside the records themselves. It names no one.</summary>
public sealed record BundleContent
{
    public required string RequestId { get; init; }

    /// <summary>The application's own id of the request.</summary>
    public required string SubjectRequestId { get; init; }

    /// <summary><see cref="RequestTypes.Access"/> or <see cref="RequestTypes.Portability"/>.</summary>
    public required string Type { get; init; }

    public required DateTimeOffset SubmittedAt { get; init; }

    public required DateTimeOffset PackagedAt { get; init; }

    /// <summary>When the bundle can no longer be had.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    public required Controller Controller { get; init; }

    /// <summary>In the order of the data map.</summary>
    public required IReadOnlyList<BundleSection> Sections { get; init; }

    /// <summary>Earlier erasures of the same person's data, oldest first.</summary>
    public IReadOnlyList<EarlierErasure> Erasures { get; init; } = [];
}

/// <summary>One datastore in a bundle.</summary>
/// <param name="Entry">Null when the datastore left the data map meanwhile; an operator has closed its task then.</param>
public sealed record BundleSection(DatastoreEntry? Entry, ExportTask Task);

/// <summary>An erasure that was accepted before the access request.</summary>
/// <param name="Status">One of <see cref="RequestStatuses"/>.</param>
public sealed record EarlierErasure(DateTimeOffset SubmittedAt, string Status, IReadOnlyList<DatastoreOutcome> Outcomes, DateOnly? BackupsExpireBy);
