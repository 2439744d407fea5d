using Shouldly;

namespace ServerlessGdpr.Tests.EndToEnd.Histories;

/// <summary>Lives a <see cref="HistoryPlan"/> in a deployed shop, and tells a <see cref="ShopModel"/> of it.</summary>
internal sealed class RestoreHistory : IDisposable
{
    private readonly VaultJobs vault;
    private readonly TableRestores tables;
    private readonly CopySteps copies;
    private readonly PeopleSteps people;
    private readonly LedgerSteps ledger;

    public RestoreHistory(DeployedSystem live, CancellationToken cancellation)
    {
        Stage = new HistoryStage(live, cancellation);
        vault = new VaultJobs(Stage);
        tables = new TableRestores(Stage);
        copies = new CopySteps(Stage, tables, vault);
        people = new PeopleSteps(Stage, copies);
        ledger = new LedgerSteps(Stage, tables);
    }

    public HistoryStage Stage { get; }

    public ShopModel Model => Stage.Model;

    public async Task RunAsync(IEnumerable<HistoryStep> steps)
    {
        await BeginAsync();
        foreach (var step in steps)
        {
            await TakeAsync(step);
            await Stage.PauseAsync(step.Pause);
            await CheckCleanCopiesAsync();
        }
    }

    /// <summary>Lets the reconciler find what no event told of, and then all sweeps pass; an operator does what the alarms ask for.</summary>
    /// <returns>How far the ledger is behind its copies then.</returns>
    public async Task<long> QuietAsync()
    {
        await Stage.PauseAsync(TimeSpan.FromHours(2));
        await Stage.Live.StopWatchingAsync(Stage.Cancellation);
        await Stage.PauseAsync(TimeSpan.FromHours(26));
        return await ledger.MendAsync();
    }

    /// <summary>Tells of every restore once more, as it was told and as another announcer would.</summary>
    public async Task AnnounceAgainAsync()
    {
        foreach (var announcement in Stage.Announcements)
        {
            // What is told for the first time of a table that is gone by now would be taken for what has its name by now.
            if (announcement.Copy.IsDeleted && announcement.WasLost) continue;
            await Stage.AgainAsync(announcement);
            if (!announcement.Copy.IsDeleted && announcement.ByAnother() is { } another) await Stage.AgainAsync(another);
        }

        await Stage.PauseAsync(TimeSpan.FromHours(2));
    }

    public void Dispose() => vault.Dispose();

    private async Task BeginAsync()
    {
        await vault.BeginAsync();
        foreach (var resource in ShopModel.Resources)
            await (ShopModel.IsBucket(resource) ? copies.EmptyAsync(resource, thenDelete: false) : tables.BeginAsync(resource));
        foreach (var person in HistoryPlan.People.Append(Shop.Other)) await people.RegisterAsync(person);
        await Stage.PauseAsync(TimeSpan.FromMinutes(1));
    }

    /// <summary>Whoever asked to be erased before a copy could be used is gone from it when it is said to be clean.</summary>
    private async Task CheckCleanCopiesAsync()
    {
        foreach (var copy in Model.Copies)
        {
            if (await Stage.StatusAsync(copy) != "clean") continue;
            var usableAt = (DateTimeOffset)(await Stage.StatusesAsync(copy))[^1]["usable_at"]!;
            Model.Erased(await Stage.KeysAsync(copy.Name), usableAt).ShouldBeEmpty($"{copy.Name} is said to be clean");
        }
    }

    private Task TakeAsync(HistoryStep step) => step switch
    {
        Registers registers => people.RegisterAsync(registers.Person),
        AsksToBeErased asks => people.EraseAsync(asks),
        RetriesErasures => people.RetryAsync(),
        BacksUp backsUp => copies.BackUpAsync(backsUp),
        RemembersInstant remembers => copies.RememberInstantAsync(remembers),
        RestoresCopy restores => copies.RestoreAsync(restores),
        DeletesCopy deletes => copies.DeleteAsync(Model.Copy(deletes.Copy)),
        KeepsLedger => ledger.KeepAsync(),
        BringsLedgerBack brings => ledger.BringBackAsync(brings.IsRebuilt),
        _ => throw new InvalidOperationException($"Nobody knows how to take {step}."),
    };
}
