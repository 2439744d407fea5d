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

/// <summary>An S3 that answers piece by piece.</summary>
public sealed class WholeAnswersTests : IDisposable
{
    private const int TimeLimit = 30_000;
    private const string Head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private const string Half = "<DeleteResult>";
    private const string LastChunk = "0\r\n\r\n";
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource midway = new(TaskCreationOptions.RunContinuationsAsynchronously);
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
            HttpClientFactory = new WholeAnswers(() => new WatchedTransport(midway)),
        });
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        s3.Dispose();
        listener.Dispose();
    }

    [Fact(Timeout = TimeLimit)]
    public async Task A_call_that_is_cancelled_while_its_answer_arrives_leaves_nothing_of_it_to_the_next()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var deadline = new CancellationTokenSource();
        var cancelled = s3.DeleteObjectsAsync(Deletion("a"), deadline.Token);
        using var first = await AcceptAsync();
        await SendAsync(first, Head, Chunk(Half));
        await midway.Task.WaitAsync(cancellation);
        await deadline.CancelAsync();
        await SendUnlessClosedAsync(first, Chunk("</DeleteResult>"), LastChunk);
        await Task.WhenAny(cancelled);

        var next = s3.DeleteObjectsAsync(Deletion("b"), cancellation);
        using var second = await CalledAgainAsync(first);
        await SendAsync(second, Head, Chunk("<DeleteResult><Deleted><Key>b</Key></Deleted></DeleteResult>"), LastChunk);

        (await next).DeletedObjects.ShouldHaveSingleItem().Key.ShouldBe("b");
        cancelled.IsCanceled.ShouldBeTrue();
    }

    [Fact(Timeout = TimeLimit)]
    public async Task What_S3_stores_is_handed_over_as_it_comes()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var call = s3.GetObjectAsync("bucket", "film", cancellation);
        using var connection = await AcceptAsync();
        await SendAsync(connection, "HTTP/1.1 200 OK\r\nETag: \"d41d8cd98f00b204e9800998ecf8427e-1\"\r\nContent-Length: 10\r\n\r\nhalf ");

        using var answer = await call;
        var read = new byte[5];
        await answer.ResponseStream.ReadExactlyAsync(read, cancellation);
        await SendAsync(connection, "whole");
        await answer.ResponseStream.ReadExactlyAsync(read, cancellation);

        Encoding.ASCII.GetString(read).ShouldBe("whole");
    }

    private static DeleteObjectsRequest Deletion(string key) => new() { BucketName = "bucket", Objects = [new() { Key = key }] };

    private static string Chunk(string text) => $"{text.Length:x}\r\n{text}\r\n";

    private static async Task SendAsync(NetworkStream connection, params string[] pieces)
    {
        foreach (var piece in pieces) await connection.WriteAsync(Encoding.ASCII.GetBytes(piece), Cancellation);
    }

    private static async Task SendUnlessClosedAsync(NetworkStream connection, params string[] pieces)
    {
        try
        {
            await SendAsync(connection, pieces);
        }
        catch (IOException)
        {
            // The caller is gone.
        }
    }

    /// <summary>The next connection, and the whole call that comes over it.</summary>
    private async Task<NetworkStream> AcceptAsync()
    {
        var connection = new NetworkStream(await listener.AcceptSocketAsync(Cancellation), ownsSocket: true);
        await TryReadCallAsync(connection);
        return connection;
    }

    /// <summary>The connection that the next call comes over: the old one, or one more.</summary>
    private async Task<NetworkStream> CalledAgainAsync(NetworkStream old)
    {
        var (again, another) = (TryReadCallAsync(old), AcceptAsync());
        return await Task.WhenAny(again, another) == again && await again ? old : await another;
    }

    /// <returns>Whether a call came; else the connection was closed.</returns>
    private static async Task<bool> TryReadCallAsync(NetworkStream connection)
    {
        var request = new StringBuilder();
        var piece = new byte[65_536];
        try
        {
            do
            {
                if (await connection.ReadAsync(piece, Cancellation) is var read and > 0) request.Append(Encoding.ASCII.GetString(piece, 0, read));
                else return false;
            }
            while (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) || (request.ToString().StartsWith("POST", StringComparison.Ordinal) && !request.ToString().Contains("</Delete>", StringComparison.Ordinal)));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
