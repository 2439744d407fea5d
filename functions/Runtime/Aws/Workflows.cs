using Amazon.Runtime;

namespace ServerlessGdpr.Functions.Runtime.Aws;

/// <inheritdoc cref="IWorkflows"/>
public sealed class Workflows(AwsJsonClient stepFunctions) : IWorkflows
{
    public async Task<bool> StartAsync(string stateMachineArn, string name, string input, CancellationToken cancellation)
    {
        try
        {
            await stepFunctions.CallAsync(
                "StartExecution",
                new StartExecutionInput(stateMachineArn, name, input),
                FunctionsJson.Default.StartExecutionInput,
                FunctionsJson.Default.StartExecutionOutput,
                cancellation);
            return true;
        }
        catch (AmazonServiceException refused) when (refused.ErrorCode == "ExecutionAlreadyExists")
        {
            return false;
        }
    }

    public async Task<string?> StatusAsync(string stateMachineArn, string name, CancellationToken cancellation)
    {
        try
        {
            var answer = await stepFunctions.CallAsync(
                "DescribeExecution",
                new DescribeExecutionInput($"{stateMachineArn.Replace(":stateMachine:", ":execution:", StringComparison.Ordinal)}:{name}"),
                FunctionsJson.Default.DescribeExecutionInput,
                FunctionsJson.Default.DescribeExecutionOutput,
                cancellation);
            return answer.Status;
        }
        catch (AmazonServiceException refused) when (refused.ErrorCode == "ExecutionDoesNotExist")
        {
            return null;
        }
    }

    public async Task<bool> SendTaskSuccessAsync(string token, string output, CancellationToken cancellation)
    {
        try
        {
            await stepFunctions.CallAsync(
                "SendTaskSuccess",
                new SendTaskSuccessInput(token, output),
                FunctionsJson.Default.SendTaskSuccessInput,
                FunctionsJson.Default.SendTaskSuccessOutput,
                cancellation);
            return true;
        }
        catch (AmazonServiceException refused) when (refused.ErrorCode is "TaskDoesNotExist" or "TaskTimedOut" or "InvalidToken")
        {
            return false;
        }
    }
}

public sealed record StartExecutionInput(string StateMachineArn, string Name, string Input);

public sealed record StartExecutionOutput(string ExecutionArn);

public sealed record DescribeExecutionInput(string ExecutionArn);

public sealed record DescribeExecutionOutput(string Status);

public sealed record SendTaskSuccessInput(string TaskToken, string Output);

public sealed record SendTaskSuccessOutput;
