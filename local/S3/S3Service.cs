using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.S3.Bodies;
using ServerlessGdpr.Local.S3.Buckets;
using ServerlessGdpr.Local.S3.Xml;

namespace ServerlessGdpr.Local.S3;

/// <summary>Amazon S3 over REST and XML, path-style or with the bucket in the host name. Signatures, bucket policies and ACLs are not evaluated.</summary>
public sealed class S3Service : IAwsService
{
    private readonly Routes routes;

    private readonly TimeProvider time;

    public S3Service(BucketStore buckets, BodyReceiver bodies, TimeProvider time)
    {
        this.time = time;
        routes = RouteTable.Create(buckets, bodies, Faults, time);
    }

    public string SigningName => "s3";

    public S3Faults Faults { get; } = new();

    public Task HandleAsync(HttpContext context)
    {
        var request = S3Request.Parse(context);
        request.AnswerHeaders["x-amz-request-id"] = RandomNumberGenerator.GetHexString(16);
        request.AnswerHeaders["x-amz-id-2"] = RandomNumberGenerator.GetHexString(32);
        SignedLink.RequireCurrent(request, time);
        var route = routes.Find(request);
        return Faults.Requests.RunAsync(route.Operation, context, () => route.Handle(request));
    }

    /// <summary>The operation that a request means, as AWS names it.</summary>
    internal string OperationOf(S3Request request) => routes.Find(request).Operation;

    /// <summary>Errors are in no namespace, and have no body where HTTP allows none.</summary>
    public Task WriteErrorAsync(HttpContext context, AwsError error)
    {
        var request = S3Request.Parse(context);
        return request.AnswerTextAsync(error.Status, "application/xml", S3Xml.Write(new XElement(
            "Error",
            new XElement("Code", error.Code),
            new XElement("Message", error.Message),
            new XElement("Resource", context.Request.Path.Value),
            new XElement("RequestId", request.AnswerHeaders["x-amz-request-id"].ToString()))));
    }
}

public static class S3Registration
{
    public static IServiceCollection AddS3(this IServiceCollection services) => services
        .AddSingleton<BucketStore>()
        .AddSingleton<BodyFiles>()
        .AddSingleton<BodyReceiver>()
        .AddSingleton<S3Service>()
        .AddSingleton<IAwsService>(provider => provider.GetRequiredService<S3Service>())
        .AddSingleton<IResourceProvider, S3Resources>();
}
