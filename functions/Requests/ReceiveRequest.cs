using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Sqs;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>Takes events from the intake queue. A message that fails is delivered again, in the end to the dead-letter queue; the others of its batch are not.</summary>
public sealed class ReceiveRequest(
    BatchProcessor batches,
    AcceptRequest accept,
    CancelRequest cancel,
    ApplyDecision decide,
    ApplyRestoreDecision decideRestore,
    RecordExecutionFailure fail,
    Rejections rejections) : IHandler<SqsEvent, SqsBatchResponse>
{
    public Task<SqsBatchResponse> HandleAsync(SqsEvent input, Invocation invocation, CancellationToken deadline) =>
        batches.ProcessAsync(input, ReceiveAsync, deadline);

    private Task ReceiveAsync(SqsMessage message, CancellationToken cancellation) => EventEnvelope.Parse(message.Body, message.MessageId) switch
    {
        null => rejections.RejectAsync(message.MessageId, null, [Reason.NotJson()], cancellation),
        { DetailType: DetailTypes.ErasureRequested or DetailTypes.AccessRequested } envelope => accept.ReceiveAsync(envelope, cancellation),
        { DetailType: DetailTypes.RequestCancelled } envelope => cancel.ReceiveAsync(envelope, cancellation),
        { DetailType: DetailTypes.OperatorDecided } envelope when RestoreDecisionEvent.IsAbout(envelope) => decideRestore.ReceiveAsync(envelope, cancellation),
        { DetailType: DetailTypes.OperatorDecided } envelope => decide.ReceiveAsync(envelope, cancellation),
        { DetailType: DetailTypes.ExecutionStatusChange } envelope => fail.ReceiveAsync(envelope, cancellation),
        { } envelope => rejections.RejectAsync(envelope.Id, envelope, [Reason.UnknownDetailType()], cancellation),
    };
}
