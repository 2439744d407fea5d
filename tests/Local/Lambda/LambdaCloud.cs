using System.Text;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Lambda;
using ServerlessGdpr.Local.Lambda.Hosts;
using ServerlessGdpr.Local.Logs;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Lambda;

/// <summary>A cloud with one function, called over HTTP as AWS clients call it.</summary>
internal sealed class LambdaCloud(Cloud cloud) : IAsyncDisposable
{
    public const string Name = "greeter";

    private readonly HttpClient http = new() { BaseAddress = cloud.Endpoint };

    public Cloud Cloud => cloud;

    public IEnumerable<string> LogLines => cloud.Get<LogStore>().Read("/aws/lambda/greeter").Select(line => line.Text);

    public WorkerFactory Workers => cloud.Get<WorkerFactory>();

    /// <summary>The function is <paramref name="program"/>, in this process and on virtual time.</summary>
    public static Task<LambdaCloud> StartAsync(FunctionProgram program, Func<FunctionDefinition, FunctionDefinition>? change = null) =>
        StartAsync(new CloudOptions { VirtualStart = DateTimeOffset.UnixEpoch, FunctionProgram = program }, Path.GetTempPath(), change);

    /// <summary>The function is a process: a shell script with <paramref name="script"/> as its <c>bootstrap</c>.</summary>
    public static async Task<LambdaCloud> StartScriptAsync(string script, Func<FunctionDefinition, FunctionDefinition>? change = null, int? processes = null)
    {
        var folder = Directory.CreateTempSubdirectory("lambda-");
        var bootstrap = Path.Combine(folder.FullName, "bootstrap");
        await File.WriteAllTextAsync(bootstrap, "#!/bin/sh\n" + script, TestContext.Current.CancellationToken);
#pragma warning disable CA1416 // The local cloud runs functions for Linux.
        File.SetUnixFileMode(bootstrap, UnixFileMode.UserRead | UnixFileMode.UserExecute);
#pragma warning restore CA1416
        return await StartAsync(new CloudOptions { DataDirectory = folder.FullName, ProcessesOfFunction = processes }, folder.FullName, change);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/lambda/aws4_request, SignedHeaders=host, Signature=00");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> InvokeAsync(string payload = "{}", params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, $"/2015-03-31/functions/{Name}/invocations", payload, headers);

    public Task<FunctionAnswer> CallAsync(string payload = "{}") =>
        cloud.Get<FunctionInvoker>().InvokeAsync(FunctionDefinition.ArnOf(Name), payload, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await cloud.DisposeAsync();
        if (cloud.Options.DataDirectory is { } folder) Directory.Delete(folder, recursive: true);
    }

    private static async Task<LambdaCloud> StartAsync(CloudOptions options, string codeDirectory, Func<FunctionDefinition, FunctionDefinition>? change)
    {
        var cloud = await Cloud.StartAsync(options, TestContext.Current.CancellationToken);
        var function = new FunctionDefinition { Name = Name, Handler = "Greet", CodeDirectory = codeDirectory };
        cloud.Get<FunctionCatalog>().Add(change?.Invoke(function) ?? function);
        return new LambdaCloud(cloud);
    }
}
