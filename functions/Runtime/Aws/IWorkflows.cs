namespace ServerlessGdpr.Functions.Runtime.Aws;

/// <summary>Step Functions.</summary>
public interface IWorkflows
{
    /// <summary>Starts an execution unless one of this name was started in the last 90 days.</summary>
    /// <param name="input">JSON; references only.</param>
    /// <returns>False when there is one already, which is success too; true otherwise, also when one with the same input is still running.</returns>
    Task<bool> StartAsync(string stateMachineArn, string name, string input, CancellationToken cancellation);

    /// <summary>How an execution stands.</summary>
    /// <returns>A status of Step Functions, such as <c>RUNNING</c>; null when there is no execution of this name: it was never started, or ended more than 90 days ago.</returns>
    Task<string?> StatusAsync(string stateMachineArn, string name, CancellationToken cancellation);

    /// <summary>Lets an execution that waits on a task token go on.</summary>
    /// <param name="output">JSON.</param>
    /// <returns>False when nothing waits on the token any more.</returns>
    Task<bool> SendTaskSuccessAsync(string token, string output, CancellationToken cancellation);
}
