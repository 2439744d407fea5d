using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Sqs;

/// <summary>A standard queue: delays, visibility, retention and redrive on the cloud's clock.</summary>
/// <param name="deadLetterQueue">Finds a queue by ARN; null when it does not exist.</param>
internal sealed class MessageQueue(string name, QueueSettings settings, TimeProvider time, InFlight inFlight, Func<string, MessageQueue?> deadLetterQueue)
{
    private static readonly Comparer<StoredMessage> ByVisibility = Comparer<StoredMessage>.Create(static (x, y) =>
        x.VisibleAt != y.VisibleAt ? x.VisibleAt.CompareTo(y.VisibleAt) : x.Order.CompareTo(y.Order));

    private readonly Lock gate = new();
    private readonly SortedSet<StoredMessage> messages = new(ByVisibility);
    private readonly Dictionary<string, StoredMessage> byReceipt = new(StringComparer.Ordinal);
    private readonly HashSet<TaskCompletionSource> waiters = [];
    private long order;
    private DateTimeOffset? purgedAt;

    public string Name { get; } = name;

    public string Arn { get; } = Arns.Of("sqs", name);

    public QueueSettings Settings { get; set; } = settings;

    public DateTimeOffset CreatedAt { get; } = time.GetUtcNow();

    public void Add(StoredMessage message, TimeSpan delay)
    {
        lock (gate)
        {
            message.Order = ++order;
            message.VisibleAt = time.GetUtcNow() + delay;
            messages.Add(message);
        }

        WakeWaiters();
    }

    /// <summary>Waits until at least one message is visible, or <paramref name="wait"/> has passed.</summary>
    public async Task<IReadOnlyList<StoredMessage>> ReceiveAsync(int max, TimeSpan? visibility, TimeSpan wait, CancellationToken cancellation)
    {
        var deadline = wait == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue : time.GetUtcNow() + wait;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var waiter = new TaskCompletionSource();
            DateTimeOffset until;
            List<StoredMessage> taken;
            List<StoredMessage> dead;
            lock (gate)
            {
                (taken, dead) = Take(max, visibility ?? Settings.VisibilityTimeout);
                until = messages.Min is { } first && first.VisibleAt < deadline ? first.VisibleAt : deadline;
                if (taken.Count == 0 && deadline > time.GetUtcNow()) waiters.Add(waiter);
            }

            MoveToDeadLetters(dead);
            if (taken.Count > 0) WakeWaiters(); // What they wait for has moved.
            if (taken.Count > 0 || deadline <= time.GetUtcNow()) return taken;
            await WaitAsync(waiter, until, cancellation);
        }
    }

    /// <summary>Deletes a message, unless it was received again since; that is a success all the same.</summary>
    public void Delete(string receiptHandle)
    {
        lock (gate)
        {
            if (byReceipt.Remove(receiptHandle, out var message)) messages.Remove(message);
            else if (!ReceiptHandles.IsOf(receiptHandle, Name)) throw ReceiptHandles.Invalid(receiptHandle);
        }
    }

    public void ChangeVisibility(string receiptHandle, TimeSpan visibility)
    {
        lock (gate)
        {
            if (!byReceipt.TryGetValue(receiptHandle, out var message) || message.VisibleAt <= time.GetUtcNow())
            {
                throw ReceiptHandles.IsOf(receiptHandle, Name)
                    ? new AwsError("MessageNotInflight", "The message referred to is not in flight.")
                    : ReceiptHandles.Invalid(receiptHandle);
            }

            messages.Remove(message);
            message.VisibleAt = time.GetUtcNow() + visibility;
            messages.Add(message);
        }

        WakeWaiters();
    }

    public void Purge()
    {
        lock (gate)
        {
            if (purgedAt is { } last && time.GetUtcNow() - last < TimeSpan.FromSeconds(60))
                throw new AwsError("PurgeQueueInProgress", $"Only one PurgeQueue operation on {Name} is allowed every 60 seconds.", 403);
            purgedAt = time.GetUtcNow();
            messages.Clear();
            byReceipt.Clear();
        }
    }

    public QueueCounts Count()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            foreach (var expired in messages.Where(HasExpired).ToList()) Forget(expired);
            var hidden = messages.Where(message => message.VisibleAt > now).ToList();
            var delayed = hidden.Count(message => message.ReceiveCount == 0);
            return new QueueCounts(messages.Count - hidden.Count, hidden.Count - delayed, delayed);
        }
    }

    private (List<StoredMessage> Taken, List<StoredMessage> Dead) Take(int max, TimeSpan visibility)
    {
        var now = time.GetUtcNow();
        List<StoredMessage> taken = [];
        List<StoredMessage> dead = [];
        while (taken.Count < max && messages.Min is { } message && message.VisibleAt <= now)
        {
            Forget(message);
            if (HasExpired(message)) continue;
            if (Settings.Redrive is { } redrive && message.ReceiveCount >= redrive.MaxReceiveCount) dead.Add(message);
            else taken.Add(message);
        }

        foreach (var message in taken)
        {
            message.ReceiveCount++;
            message.FirstReceivedAt ??= now;
            message.ReceiptHandle = ReceiptHandles.New(Name, message);
            message.VisibleAt = now + visibility;
            messages.Add(message);
            byReceipt.Add(message.ReceiptHandle, message);
        }

        return (taken, dead);
    }

    private void Forget(StoredMessage message)
    {
        messages.Remove(message);
        byReceipt.Remove(message.ReceiptHandle);
    }

    private bool HasExpired(StoredMessage message) => time.GetUtcNow() >= message.EnqueuedAt + Settings.Retention;

    private void MoveToDeadLetters(List<StoredMessage> dead)
    {
        foreach (var message in dead)
        {
            message.DeadLetterSource = Arn;
            message.ReceiptHandle = "";
            if (deadLetterQueue(Settings.Redrive!.DeadLetterTargetArn) is { } queue) queue.Add(message, TimeSpan.Zero);
            else Add(message, Settings.VisibilityTimeout); // SQS keeps it when the dead-letter queue is gone.
        }
    }

    /// <summary>Lets everyone who waits look again, with a token in hand, away from the caller's stack.</summary>
    private void WakeWaiters()
    {
        TaskCompletionSource[] woken;
        lock (gate)
        {
            if (waiters.Count == 0) return;
            woken = [.. waiters];
            waiters.Clear();
        }

        var work = inFlight.Begin();
        ThreadPool.UnsafeQueueUserWorkItem(_ =>
        {
            using (work)
                foreach (var waiter in woken) waiter.TrySetResult();
        }, null);
    }

    private async Task WaitAsync(TaskCompletionSource waiter, DateTimeOffset until, CancellationToken cancellation)
    {
        var due = until == DateTimeOffset.MaxValue ? Timeout.InfiniteTimeSpan : until - time.GetUtcNow();
        if (due < TimeSpan.Zero && due != Timeout.InfiniteTimeSpan) due = TimeSpan.Zero;
        await using var timer = time.CreateTimer(_ => waiter.TrySetResult(), null, due, Timeout.InfiniteTimeSpan);
        await using var cancelling = cancellation.Register(() => waiter.TrySetCanceled(cancellation));
        try
        {
            await waiter.Task;
        }
        finally
        {
            lock (gate) waiters.Remove(waiter);
        }
    }
}

internal sealed record QueueCounts(int Visible, int InFlight, int Delayed);
