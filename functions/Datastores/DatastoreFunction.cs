using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Functions.Datastores;

/// <summary>The function of one registered datastore: references in, counts out; identities and resume state pass only between the vault and the kind.</summary>
public sealed class DatastoreFunction(DatastoreEntry entry, IDatastoreVault vault, IDatastore datastore) : IHandler<DatastoreRequest, DatastoreAnswer>
{
    public async Task<DatastoreAnswer> HandleAsync(DatastoreRequest input, Invocation invocation, CancellationToken deadline)
    {
        if (input.Datastore != entry.Name) throw new DatastoreRequestInvalid("The request names another datastore than this function's.");
        if (Work(input) is null) throw new DatastoreRequestInvalid("The request names neither a request nor a replay.");
        if (input.Subjects.Count == 0) throw new DatastoreRequestInvalid("The request names no subject.");
        var erase = input.Operation switch
        {
            Operations.Erase => true,
            Operations.Verify => false,
            _ => throw new DatastoreRequestInvalid("The request names no operation of a datastore."),
        };

        var subjects = await Task.WhenAll(input.Subjects.Select(async reference => new Subject(reference, await vault.ReadAsync(entry.Name, reference, deadline))));
        var resume = input.Continuation is null ? null : await vault.ReadResumeAsync(entry.Name, Work(input)!, input.Continuation, deadline);
        var step = erase ? await datastore.EraseAsync(subjects, resume, deadline) : await datastore.VerifyAsync(subjects, resume, deadline);
        return Answer(step, erase, await KeepAsync(input, step));
    }

    /// <summary>
    /// Resume state outlives the answer that ends its operation: should that answer be lost, the operation goes on from there with its counts.
    /// The end of a verification proves that the erasure's answer arrived, and a verification can be counted anew.
    /// </summary>
    private async Task<string?> KeepAsync(DatastoreRequest input, Step step)
    {
        // The deadline leaves time for this, and what was done must not be forgotten.
        if (step.Resume is { } state) return await vault.SaveResumeAsync(entry.Name, Work(input)!, input.Operation, state, CancellationToken.None);
        if (input.Operation == Operations.Verify)
        {
            await vault.DeleteResumeAsync(entry.Name, Work(input)!, Operations.Erase, CancellationToken.None);
            await vault.DeleteResumeAsync(entry.Name, Work(input)!, Operations.Verify, CancellationToken.None);
        }

        return null;
    }

    /// <summary>What resume state is kept under.</summary>
    private static string? Work(DatastoreRequest input) => input.RequestId ?? input.ReplayId;

    private DatastoreAnswer Answer(Step step, bool erase, string? continuation)
    {
        var outcome = Outcome(step);
        return new DatastoreAnswer
        {
            Outcome = outcome,
            Found = step.Found,
            Erased = step.Erased,
            Remaining = step.Remaining,
            Continuation = continuation,
            Exempt = step.Exempt,
            ExemptUntil = step.ExemptUntil,
            ConfirmAfterSeconds = !erase && step is { NeedsConfirmation: true, Remaining: 0, Resume: null } ? entry.IndexPauseSeconds : 0,
            Needs = step.Unreachable ? [.. entry.Keys.Select(mapping => mapping.IdentityType).Distinct(StringComparer.Ordinal)] : [],
            Evidence = step.Evidence,
        };
    }

    private static string Outcome(Step step) => step switch
    {
        { Unreachable: true } => Outcomes.Unreachable,
        { Resume: not null } => Outcomes.Partial,
        { Remaining: > 0 } => Outcomes.Remaining,
        { Exempt: > 0 } => Outcomes.Exempt,
        { Erased: > 0 } => Outcomes.Erased,
        _ => Outcomes.NotFound,
    };
}
