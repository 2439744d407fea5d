namespace ServerlessGdpr.Functions.Access.Exports;

/// <summary>Numbers for files that are written at the same time. A number counts when a record names it, and is given out again when none does.</summary>
internal sealed class FileNumbers(int highest, IEnumerable<int> free)
{
    private readonly Lock gate = new();
    private readonly SortedSet<int> free = [.. free];
    private readonly SortedSet<int> unnamed = [];
    private int next = highest + 1;

    public int Highest { get; private set; } = highest;

    public IReadOnlyList<int> Free
    {
        get
        {
            lock (gate) return [.. free.Concat(unnamed).Where(number => number < Highest).Order()];
        }
    }

    public int Take()
    {
        lock (gate)
        {
            var number = free.Count > 0 ? free.Min : next++;
            free.Remove(number);
            unnamed.Add(number);
            return number;
        }
    }

    public void GiveBack(int number)
    {
        lock (gate)
        {
            unnamed.Remove(number);
            free.Add(number);
        }
    }

    public void Name(int number)
    {
        lock (gate)
        {
            unnamed.Remove(number);
            Highest = Math.Max(Highest, number);
        }
    }
}
