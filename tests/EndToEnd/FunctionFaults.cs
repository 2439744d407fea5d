using ServerlessGdpr.Local.Lambda;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>What goes wrong in the first calls of functions, told by a part of their name.</summary>
internal sealed class FunctionFaults : IInvocationFault
{
    private readonly Lock gate = new();
    private IInvocationFault? others;
    private readonly List<(string Name, string InPayload, Fault Fault)> planned = [];

    /// <param name="inPayload">A part of the payload of the calls that are meant.</param>
    public void Plan(string functionName, Fault fault, int times = 1, string inPayload = "")
    {
        lock (gate) planned.AddRange(Enumerable.Repeat((functionName, inPayload, fault), times));
    }

    /// <summary>Beside what was planned call by call.</summary>
    public void Plan(IInvocationFault others) => this.others = others;

    public Fault? Choose(string functionName, string payload)
    {
        lock (gate)
        {
            var due = planned.FindIndex(one => functionName == one.Name && payload.Contains(one.InPayload, StringComparison.Ordinal));
            if (due < 0) return others?.Choose(functionName, payload);
            var fault = planned[due].Fault;
            planned.RemoveAt(due);
            return fault;
        }
    }
}
