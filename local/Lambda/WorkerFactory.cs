using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Iam;
using ServerlessGdpr.Local.Lambda.Hosts;

namespace ServerlessGdpr.Local.Lambda;

/// <summary>Starts workers in the environment Lambda gives them, and knows those that live.</summary>
public sealed class WorkerFactory(IFunctionHost host, IFunctionLogs logs, CloudAddress address, BackgroundWork background) : IDisposable
{
    private readonly ConcurrentDictionary<string, Worker> workers = new(StringComparer.Ordinal);
    private CancellationTokenRegistration stopping;

    public IEnumerable<Worker> Live => workers.Values.Where(worker => !worker.IsSpent);

    public Worker? Find(string id) => workers.GetValueOrDefault(id);

    /// <exception cref="OperationCanceledException">The cloud is shutting down.</exception>
    public Worker Start(FunctionDefinition function)
    {
        background.Stopping.ThrowIfCancellationRequested();
        if (stopping == default) stopping = background.Stopping.Register(Dispose);
        var worker = new Worker(function, host.Clock);
        var stream = $"{host.Clock.GetUtcNow().ToString("yyyy/MM/dd", CultureInfo.InvariantCulture)}/[$LATEST]{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
        workers[worker.Id] = worker;
        worker.Start(host, new FunctionEnvironment(Variables(worker, stream), host.Clock, line => Log(worker, stream, line)));
        _ = worker.Exited.ContinueWith(_ => workers.TryRemove(worker.Id, out var _), TaskScheduler.Default);
        return worker;
    }

    private void Log(Worker worker, string stream, string line)
    {
        worker.Current?.AppendLog(line);
        logs.Append(new FunctionLogLine(worker.Function.Name, worker.Function.LogGroupName, stream, line));
    }

    public void Dispose()
    {
        foreach (var worker in workers.Values) worker.Dispose();
    }

    private Dictionary<string, string> Variables(Worker worker, string stream)
    {
        var function = worker.Function;
        var endpoint = address.Endpoint;
        return new Dictionary<string, string>(function.Variables, StringComparer.Ordinal)
        {
            ["_HANDLER"] = function.Handler,
            ["LAMBDA_TASK_ROOT"] = function.CodeDirectory,
            ["LAMBDA_RUNTIME_DIR"] = function.CodeDirectory,
            ["AWS_LAMBDA_RUNTIME_API"] = $"{endpoint.Authority}{RuntimeApi.PathOf(worker)}",
            ["AWS_LAMBDA_FUNCTION_NAME"] = function.Name,
            ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = function.MemorySize.ToString(CultureInfo.InvariantCulture),
            ["AWS_LAMBDA_FUNCTION_VERSION"] = "$LATEST",
            ["AWS_LAMBDA_INITIALIZATION_TYPE"] = "on-demand",
            ["AWS_LAMBDA_LOG_GROUP_NAME"] = function.LogGroupName,
            ["AWS_LAMBDA_LOG_STREAM_NAME"] = stream,
            ["AWS_EXECUTION_ENV"] = "AWS_Lambda_" + function.Runtime,
            ["AWS_REGION"] = CloudOptions.Region,
            ["AWS_DEFAULT_REGION"] = CloudOptions.Region,
            ["AWS_ACCESS_KEY_ID"] = AccessKeys.Of(function.Role),
            ["AWS_SECRET_ACCESS_KEY"] = "local",
            ["AWS_SESSION_TOKEN"] = "local",
            ["AWS_ENDPOINT_URL"] = endpoint.GetLeftPart(UriPartial.Authority),
        };
    }
}
