namespace ServerlessGdpr.Tests.EndToEnd.Histories;

/// <summary>A random history of the shop, the same for the same seed: what is done, one after the other, however the system answers.</summary>
internal sealed class HistoryPlan
{
    public static readonly IReadOnlyList<Person> People = [new("C-1", "grace@example.com"), new("C-2", "edsger@example.com"), new("C-3", "barbara@example.com")];

    /// <summary>From seconds, so that steps meet replays and erasures under way, to most of an hour.</summary>
    private static readonly int[] Pauses = [10, 30, 70, 70, 130, 600, 2400];

    private readonly Random random;
    private readonly List<HistoryStep> steps = [];
    private readonly List<(string Name, string Resource, bool InVault)> backups = [];
    private readonly List<string> copies = [];
    private readonly List<string> deleted = [];
    private readonly HashSet<Person> gone = [];
    private int numbers;

    private HistoryPlan(int seed) => random = new Random(seed);

    /// <param name="moves">Each is one step or some that belong together.</param>
    public static IReadOnlyList<HistoryStep> Of(int seed, int moves)
    {
        var plan = new HistoryPlan(seed);
        plan.Add(new KeepsLedger());
        for (var move = 0; move < moves; move++) plan.Move();
        return plan.steps;
    }

    private void Move()
    {
        switch (random.Next(20))
        {
            case 0 or 1 or 2: Register(Any(People)); break;
            case 3 or 4 or 5: Erase(Any(People), copy: null); break;
            case 6: HoldUp(Any(People)); break;
            case 7 or 8 or 9: BackUp(); break;
            case 10 or 11: Delete(); break;
            case 12: Add(new KeepsLedger()); break;
            case 13 or 14: Add(new BringsLedgerBack(random.Next(3) == 0)); break;
            default: Restore(); break;
        }
    }

    private void Register(Person person) => Add(new Registers(person, [gone.Remove(person) ? StepKind.ComeBack : StepKind.Register]));

    private void Erase(Person person, string? copy)
    {
        var isThere = gone.Add(person);
        var step = new AsksToBeErased(
            person, NextRequest(), copy, TimeSpan.FromSeconds(copy is null ? 0 : random.Next(70)), [copy is null ? StepKind.Erase : StepKind.EraseDuringReplay]);
        if (!isThere || copy is not null || random.Next(3) > 0)
        {
            Add(step);
            return;
        }

        Add(step with { Backup = NextBackup(Shop.Customers, inVault: false), Kinds = [.. step.Kinds, StepKind.BackUpDuringErasure] });
        if (random.Next(2) == 0) RestoreFrom(backups[^1]);
    }

    /// <summary>An old copy of the orders comes back and is cleaned while an erasure from the orders waits for an operator.</summary>
    private void HoldUp(Person person)
    {
        var old = backups.FindAll(one => ShopModel.OriginOf(one.Resource) == Shop.Orders);
        if (old.Count == 0)
        {
            BackUp(Shop.Orders, atOnce: false);
            old = [backups[^1]];
        }

        gone.Add(person);
        Add(new AsksToBeErased(person, NextRequest(), null, TimeSpan.Zero, [StepKind.HoldErasureUp]) { IsHeldUp = true });
        RestoreFrom(Any(old), mayFail: false);
        steps[^1] = steps[^1] with { Pause = TimeSpan.FromMinutes(10) };
        Add(new RetriesErasures());
    }

    private string NextRequest()
    {
        var id = new byte[16];
        random.NextBytes(id);
        return new Guid(id).ToString();
    }

    private void BackUp()
    {
        if (copies.Count > 0 && random.Next(2) == 0)
        {
            BackUp(Any(copies), atOnce: false);
            return;
        }

        var resource = Any(ShopModel.Resources);
        if (ShopModel.IsBucket(resource) || random.Next(3) > 0)
        {
            BackUp(resource, atOnce: false);
            return;
        }

        var name = NextBackup(resource, inVault: false);
        Add(new RemembersInstant(name, resource, [StepKind.RememberInstant]));
    }

    private void BackUp(string resource, bool atOnce)
    {
        var bucket = ShopModel.IsBucket(resource);
        var inVault = bucket || (!atOnce && random.Next(3) == 0);
        var kind = (copies.Contains(resource), bucket) switch
        {
            (false, false) => inVault ? StepKind.BackUpTableInVault : StepKind.BackUpTable,
            (false, true) => StepKind.BackUpBucket,
            (true, false) => atOnce ? StepKind.BackUpCopyAtOnce : StepKind.BackUpCopyLater,
            (true, true) => atOnce ? StepKind.BackUpBucketCopyAtOnce : StepKind.BackUpBucketCopyLater,
        };
        Add(new BacksUp(NextBackup(resource, inVault), resource, inVault, [kind]));
    }

    private void Restore()
    {
        if (backups.Count == 0) BackUp();
        var ofCopies = backups.FindAll(one => ShopModel.OriginOf(one.Resource) != one.Resource);
        RestoreFrom(Any(ofCopies.Count > 0 && random.Next(2) == 0 ? ofCopies : backups));

        // What happens to a copy before it is clean is what matters.
        var copy = copies[^1];
        switch (random.Next(4))
        {
            case 0: HurryAnd(() => BackUp(copy, atOnce: true)); break;
            case 1: HurryAnd(() => Erase(Any(People), copy)); break;
            default: break;
        }
    }

    /// <param name="mayFail">Whether events may be lost, and the replay be hindered.</param>
    private void RestoreFrom((string Name, string Resource, bool InVault) backup, bool mayFail = true)
    {
        var origin = ShopModel.OriginOf(backup.Resource);
        var bucket = ShopModel.IsBucket(origin);
        var old = deleted.Find(name => ShopModel.OriginOf(name) == origin && random.Next(2) == 0);
        var name = old ?? $"{origin}-restored-{++numbers}";
        var (lost, twice) = (mayFail && random.Next(4) == 0, random.Next(3) == 0);
        var hindered = mayFail && !lost && random.Next(3) == 0;
        var ofCopy = backup.Resource != origin;
        List<StepKind> kinds = [(bucket, ofCopy) switch
        {
            (true, false) => StepKind.RestoreBucket,
            (true, true) => StepKind.RestoreCopyOfBucket,
            (false, true) => StepKind.RestoreCopyOfTable,
            _ when backup.InVault => StepKind.RestoreTableFromVault,
            _ => steps.Exists(step => step is RemembersInstant instant && instant.Backup == backup.Name) ? StepKind.RestoreTableToInstant : StepKind.RestoreTable,
        }];
        if (old is not null) kinds.Add(StepKind.RestoreUnderOldName);
        if (lost) kinds.Add(bucket ? StepKind.LoseEventsOfBucket : StepKind.LoseEventsOfTable);
        if (twice) kinds.Add(StepKind.TellTwice);
        if (hindered) kinds.Add(bucket ? StepKind.HinderReplayOfBucket : StepKind.HinderReplayOfTable);
        deleted.Remove(name);
        copies.Add(name);
        Add(new RestoresCopy(backup.Name, name, lost, twice, hindered, kinds));
    }

    private void Delete()
    {
        if (copies.Count == 0) Restore();
        var copy = Any(copies);
        copies.Remove(copy);
        deleted.Add(copy);
        Add(new DeletesCopy(copy, [ShopModel.IsBucket(copy) ? StepKind.DeleteBucket : StepKind.DeleteTable]));
        if (random.Next(2) > 0 || backups.FindAll(one => ShopModel.OriginOf(one.Resource) == ShopModel.OriginOf(copy)) is not { Count: > 0 } fitting) return;

        HurryAnd(() => RestoreFrom(Any(fitting)));
        if (copies[^1] == copy) steps[^1] = steps[^1] with { Kinds = [.. steps[^1].Kinds, StepKind.DeleteAndRestoreAgain] };
    }

    private string NextBackup(string resource, bool inVault)
    {
        var name = $"backup {++numbers}";
        backups.Add((name, resource, inVault));
        return name;
    }

    private void HurryAnd(Action next)
    {
        steps[^1] = steps[^1] with { Pause = TimeSpan.Zero };
        next();
    }

    private void Add(HistoryStep step) => steps.Add(step with { Pause = TimeSpan.FromSeconds(Any(Pauses)) });

    private T Any<T>(IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];
}
