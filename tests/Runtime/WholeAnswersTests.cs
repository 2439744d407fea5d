using System.Net;
using System.Net.Sockets;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessGdpr.Functions.Runtime.Aws;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Runtime;

/// <summary>An S3 of one connection at a time, which answers piece by piece.</summary>
public sealed class WholeAnswersTests : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly AmazonS3Client s3;

    public WholeAnswersTests()
    {
        listener.Start();
        s3 = new AmazonS3Client(new BasicAWSCredentials("key", "secret"), new AmazonS3Config
        {
            ServiceURL = $"http://{listener.LocalEndpoint}",
            AuthenticationRegion = "us-east-1",
            ForcePathStyle = true,
            MaxErrorRetry = 0,
            HttpClientFactory = new WholeAnswers(),
        });
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        s3.Dispose();
        listener.Dispose();
    }

    [Fact]
    public async Task A_call_that_is_cancelled_while_its_answer_arrives_leaves_nothing_of_it_to_the_next()
    {
        using var deadline = new CancellationTokenSource();
        var cancelled = s3.DeleteObjectsAsync(Deletion("a"), deadline.Token);
        using var first = await AcceptAsync();
        await SendAsync(first, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", Chunk("<DeleteResult>"));
        await deadline.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => cancelled);

        var next = s3.DeleteObjectsAsync(Deletion("b"), Cancellation);
        using var second = await AcceptAsync();
        await SendAsync(second, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", Chunk("<DeleteResult><Deleted><Key>b</Key></Deleted></DeleteResult>"), "0\r\n\r\n");

        (await next).DeletedObjects.ShouldHaveSingleItem().Key.ShouldBe("b");
    }

    [Fact]
    public async Task What_S3_stores_is_handed_over_as_it_comes()
    {
        var call = s3.GetObjectAsync("bucket", "film", Cancellation);
        using var connection = await AcceptAsync();
        await SendAsync(connection, "HTTP/1.1 200 OK\r\nETag: \"d41d8cd98f00b204e9800998ecf8427e-1\"\r\nContent-Length: 10\r\n\r\nhalf ");

        using var answer = await call;
        var read = new byte[5];
        await answer.ResponseStream.ReadExactlyAsync(read, Cancellation);
        await SendAsync(connection, "whole");
        await answer.ResponseStream.ReadExactlyAsync(read, Cancellation);

        Encoding.ASCII.GetString(read).ShouldBe("whole");
    }

    private static DeleteObjectsRequest Deletion(string key) => new() { BucketName = "bucket", Objects = [new() { Key = key }] };

    private static string Chunk(string text) => $"{text.Length:x}\r\n{text}\r\n";

    private static async Task SendAsync(TcpClient connection, params string[] pieces)
    {
        foreach (var piece in pieces) await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(piece), Cancellation);
    }

    /// <summary>The next connection, and the whole call that comes over it.</summary>
    private async Task<TcpClient> AcceptAsync()
    {
        var connection = await listener.AcceptTcpClientAsync(Cancellation);
        var request = new StringBuilder();
        var piece = new byte[65_536];
        do request.Append(Encoding.ASCII.GetString(piece, 0, await connection.GetStream().ReadAsync(piece, Cancellation)));
        while (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) || (request.ToString().StartsWith("POST", StringComparison.Ordinal) && !request.ToString().Contains("</Delete>", StringComparison.Ordinal)));
        return connection;
    }
}
