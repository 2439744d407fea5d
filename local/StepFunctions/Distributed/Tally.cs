using ServerlessGdpr.Local.StepFunctions.Running;

namespace ServerlessGdpr.Local.StepFunctions.Distributed;

/// <summary>How many items, or executions, of a map run stand where. Whoever shares it locks it.</summary>
internal sealed class Tally
{
    public long Running { get; set; }

    public long Succeeded { get; private set; }

    public long Failed { get; private set; }

    public long TimedOut { get; private set; }

    public long Aborted { get; private set; }

    public long ResultsWritten { get; set; }

    public long Total => Running + Succeeded + Failed + TimedOut + Aborted;

    public long Failures => Failed + TimedOut;

    public void End(ExecutionStatus status, int count)
    {
        Running -= count;
        if (status == ExecutionStatus.Succeeded) Succeeded += count;
        else if (status == ExecutionStatus.TimedOut) TimedOut += count;
        else if (status == ExecutionStatus.Aborted) Aborted += count;
        else Failed += count;
    }

    public Tally Copy() => (Tally)MemberwiseClone();
}
