namespace ServerlessGdpr.Local.S3;

/// <summary>What a call is about.</summary>
internal enum Level
{
    Account,
    Bucket,
    Object,
}

/// <param name="Operation">As AWS names it.</param>
/// <param name="Marks">Query parameters that must all be there for this operation to be meant.</param>
/// <param name="Parameters">Query parameters that it understands besides.</param>
internal sealed record Route(string Operation, string Method, Level Level, string[] Marks, string[] Parameters, Func<S3Request, Task> Handle)
{
    /// <summary>Those that sign a request or name its SDK.</summary>
    private static readonly HashSet<string> Always = new(StringComparer.OrdinalIgnoreCase) { "x-id", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature", "X-Amz-Security-Token", "X-Amz-Content-Sha256" };

    public bool IsCopy { get; init; }

    public bool IsFor(S3Request request, Level level) =>
        Method == request.Method && Level == level && Marks.All(request.Has) && IsCopy == (request.Header("x-amz-copy-source") is not null);

    /// <summary>Everything in the query string is understood.</summary>
    public bool Understands(S3Request request) => request.Context.Request.Query.Keys.All(name =>
        Always.Contains(name) || Marks.Contains(name, StringComparer.Ordinal) || Parameters.Contains(name, StringComparer.Ordinal)
            || KnownHeaders.IsUnderstood(name) && name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase));
}

/// <summary>Finds the operation that a request means.</summary>
internal sealed class Routes(IEnumerable<Route> routes)
{
    private readonly List<Route> mostMarksFirst = [.. routes.OrderByDescending(route => route.Marks.Length)];

    /// <exception cref="Hosting.AwsError">The operation, or something in its query string or headers, is not implemented.</exception>
    public Route Find(S3Request request)
    {
        var level = request.Bucket.Length == 0 ? Level.Account : request.Key.Length == 0 ? Level.Bucket : Level.Object;
        var route = mostMarksFirst.Find(route => route.IsFor(request, level));
        if (route is null || !route.Understands(request))
            throw S3Error.NotImplemented($"{request.Method} on {level} with query ?{string.Join('&', request.Context.Request.Query.Keys.Where(name => !name.StartsWith("X-Amz-", StringComparison.Ordinal)))}");
        KnownHeaders.Require(request, route.Operation);
        return route;
    }
}
