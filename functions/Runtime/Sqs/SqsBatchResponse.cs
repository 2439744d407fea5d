namespace ServerlessGdpr.Functions.Runtime.Sqs;

/// <summary>The messages that the queue is to deliver again; the mapping has <c>ReportBatchItemFailures</c>.</summary>
public sealed record SqsBatchResponse(IReadOnlyList<SqsBatchItemFailure> BatchItemFailures);

/// <param name="ItemIdentifier">The message's id; an unknown one fails the whole batch.</param>
public sealed record SqsBatchItemFailure(string ItemIdentifier);
