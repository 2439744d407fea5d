using ServerlessGdpr.Functions.Runtime;

return await FunctionHost.RunAsync(ProcessEnvironment.Read(), TimeProvider.System, CancellationToken.None);
