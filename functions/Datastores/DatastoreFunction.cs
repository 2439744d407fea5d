using ServerlessGdpr.Functions.Access.Exports;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Functions.Datastores;

/// <summary>The function of one registered datastore and of restored copies of it: references in, counts out; identities and resume state pass only between the vault and the kind.</summary>
/// <param name="open">Opens the resource to work on; null for the registered one.</param>
public sealed class DatastoreFunction(DatastoreEntry entry, IDatastoreVault vault, DatastoreExport export, Func<Target?, IDatastore> open) : IHandler<DatastoreRequest, DatastoreAnswer>
{
    private readonly OpenDatastores datastores = new(open);

    public async Task<DatastoreAnswer> HandleAsync(DatastoreRequest input, Invocation invocation, CancellationToken deadline)
    {
        Check(input);
        var found = await Task.WhenAll(input.Subjects.Select(reference => vault.ReadAsync(entry.Name, reference, deadline)));
        List<Subject> subjects = [.. found.OfType<Subject>().Where(subject => !(subject.VerifiedAt < input.Target?.VerifiedFrom))];
        var resume = input.Continuation is null ? null : await vault.ReadResumeAsync(ResumeOf(input, input.Operation), deadline);
        if (input.Operation == Operations.Export) return await ExportAsync(input, subjects, resume, deadline);

        var step = subjects.Count == 0 ? Nothing("subjects", "none to replay") : await WorkAsync(input, subjects, resume, deadline);
        await KeepAsync(input, subjects, step);

        // In a batch the others' counts would hide someone whom the data map, changed since the erasure, no longer leads to.
        return Answer(input, step.Resume is null && subjects.Exists(IsUnmapped) ? step with { Unreachable = true } : step);
    }

    private bool IsUnmapped(Subject subject) =>
        !subject.Identities.Any(identity => entry.Keys.Any(mapping => mapping.IdentityType == identity.Type && mapping.Format == identity.Format));

    private void Check(DatastoreRequest input)
    {
        if (input.Datastore != entry.Name) throw new DatastoreRequestInvalid("The request names another datastore than this function's.");
        if (input.Operation is not (Operations.Erase or Operations.Verify or Operations.Export)) throw new DatastoreRequestInvalid("The request names no operation of a datastore.");
        if ((input.RequestId is null) == (input.ReplayId is null)) throw new DatastoreRequestInvalid("The request must name either a request or a replay.");
        if (input.Subjects.Count == 0) throw new DatastoreRequestInvalid("The request names no subject.");
        if (input.Operation == Operations.Export && (input.RequestId is null || input.Target is not null)) throw new DatastoreRequestInvalid("An export is a request's, and of the registered resource.");
        if (input is { ReplayId: not null, Target: null }) throw new DatastoreRequestInvalid("The request names a replay and no target.");
        if (input.Target is not { } target) return;

        // The role reaches no other either.
        if (target.Arn != entry.Location && !entry.MayBeCopy(target.Arn)) throw new DatastoreRequestInvalid("The target is neither the datastore nor named like a copy of it.");
        if (target.Unproven is not (UnprovenRecords.Erase or UnprovenRecords.Report)) throw new DatastoreRequestInvalid("The target does not say what becomes of unproven records.");
    }

    /// <summary>The state outlives the last answer: should that be lost, the last part is written again.</summary>
    private async Task<DatastoreAnswer> ExportAsync(DatastoreRequest input, List<Subject> subjects, string? resume, CancellationToken deadline)
    {
        var (step, state) = await export.RunAsync(datastores.Open(null), input.RequestId!, subjects, resume, deadline);
        if (step.Resume is not null)
            await vault.SaveResumeAsync(ResumeOf(input, Operations.Export), subjects[0].Reference, state.ToJson(), CancellationToken.None);
        return new DatastoreAnswer
        {
            Outcome = step switch
            {
                { Unreachable: true } => Outcomes.Unreachable,
                { Resume: not null } => Outcomes.Partial,
                _ => state.Found > 0 ? Outcomes.Exported : Outcomes.NotFound,
            },
            Found = state.Found,
            Erased = 0,
            Remaining = 0,
            Parts = state.Parts,
            Files = state.Files,
            Redacted = state.Redacted,
            Continuation = step.Resume is null ? null : Operations.Export,
            Needs = step.Unreachable ? Needed() : [],
            Evidence = step.Evidence,
        };
    }

    private List<string> Needed() => [.. entry.Keys.Select(mapping => mapping.IdentityType).Distinct(StringComparer.Ordinal)];

    private async Task<Step> WorkAsync(DatastoreRequest input, List<Subject> subjects, string? resume, CancellationToken deadline)
    {
        var datastore = datastores.Open(input.Target ?? WhereSomeCameBack(subjects));
        try
        {
            return input.Operation == Operations.Erase
                ? await datastore.EraseAsync(subjects, resume, deadline)
                : await datastore.VerifyAsync(subjects, resume, deadline);
        }
        catch (DatastoreNotFound) when (input.Target is { } target && target.Arn != entry.Location)
        {
            // Copies come and go; nobody is in one that is gone.
            return Nothing("target", "gone");
        }
    }

    /// <summary>An exemption has ended: of the registered resource too only what was there before the person's erasure is erased.</summary>
    private Target? WhereSomeCameBack(List<Subject> subjects) => subjects.Exists(subject => subject.ErasedAt is not null) ? new Target { Arn = entry.Location } : null;

    /// <summary>
    /// Resume state outlives the answer that ends its operation: should that answer be lost, the operation goes on from there with its counts.
    /// The end of a verification proves that the erasure's answer arrived, and a verification can be counted anew.
    /// </summary>
    private async Task KeepAsync(DatastoreRequest input, List<Subject> subjects, Step step)
    {
        // The deadline leaves time for this, and what was done must not be forgotten.
        if (step.Resume is { } state)
        {
            await vault.SaveResumeAsync(ResumeOf(input, input.Operation), subjects[0].Reference, state, CancellationToken.None);
        }
        else if (input.Operation == Operations.Verify)
        {
            await vault.DeleteResumeAsync(ResumeOf(input, Operations.Erase), CancellationToken.None);
            await vault.DeleteResumeAsync(ResumeOf(input, Operations.Verify), CancellationToken.None);
        }
    }

    private ResumeKey ResumeOf(DatastoreRequest input, string operation) => new(entry.Name, (input.RequestId ?? input.ReplayId)!, operation, input.Target?.Arn);

    private DatastoreAnswer Answer(DatastoreRequest input, Step step) => new()
    {
        Outcome = Outcome(step),
        Found = step.Found,
        Erased = step.Erased,
        Remaining = step.Remaining,
        Continuation = step.Resume is null ? null : input.Operation,
        Exempt = step.Exempt,
        ExemptUntil = step.ExemptUntil,
        Newer = step.Newer,
        Unproven = step.Unproven,
        ConfirmAfterSeconds = input.Operation == Operations.Verify && step is { NeedsConfirmation: true, Remaining: 0, Resume: null } ? entry.IndexPauseSeconds : 0,
        Needs = step.Unreachable ? Needed() : [],
        Evidence = step.Evidence,
    };

    private static Step Nothing(string why, string because) => new() { Found = 0, Evidence = new Dictionary<string, string> { [why] = because } };

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
