using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ServerlessGdpr.Local.Hosting;

/// <summary>The faults planned for one service, by operation. Calls are counted from the moment a fault is planned.</summary>
public sealed class RequestFaults
{
    private readonly Lock gate = new();
    private readonly List<Planned> planned = [];

    /// <summary>Refuses calls of <paramref name="operation"/> without any effect.</summary>
    /// <param name="operation">As AWS names it, for example <c>PutItem</c>.</param>
    /// <param name="first">The first call to refuse; 1 is the next one.</param>
    /// <param name="times">How many calls to refuse, one after the other.</param>
    public void Refuse(string operation, AwsError error, int first = 1, int times = 1) => Plan(new Planned(operation, first, times, error));

    /// <summary>Lets calls of <paramref name="operation"/> take effect and then breaks the connection instead of answering. Clients that retry by themselves will send the call again.</summary>
    public void LoseAnswer(string operation, int first = 1, int times = 1) => Plan(new Planned(operation, first, times, null));

    /// <summary>Runs <paramref name="serve"/> under the fault that is due for this call of <paramref name="operation"/>, if any.</summary>
    /// <exception cref="AwsError">The call is refused.</exception>
    public async Task RunAsync(string operation, HttpContext context, Func<Task> serve)
    {
        if (Take(operation) is not { } fault)
        {
            await serve();
            return;
        }

        if (fault.Error is not null) throw fault.Error;
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        try
        {
            await serve();
        }
        finally
        {
            context.Abort();
        }
    }

    private void Plan(Planned fault)
    {
        lock (gate) planned.Add(fault);
    }

    private Planned? Take(string operation)
    {
        lock (gate)
        {
            Planned? due = null;
            foreach (var fault in planned.Where(fault => fault.Operation.Equals(operation, StringComparison.Ordinal)))
            {
                if (fault.IsDue() && due is null) due = fault;
            }

            planned.RemoveAll(fault => fault.IsOver);
            return due;
        }
    }

    private sealed class Planned(string operation, int first, int times, AwsError? error)
    {
        private int calls;

        public string Operation => operation;

        public AwsError? Error => error;

        public bool IsOver => calls >= first + times - 1;

        public bool IsDue() => ++calls >= first && calls < first + times;
    }
}
