using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace ServerlessGdpr.Local.Hosting;

/// <summary>The AWS Query protocol: a form in, XML out, the operation in <c>Action</c>.</summary>
public static class QueryProtocol
{
    public static bool IsQuery(HttpContext context) => context.Request.HasFormContentType || HttpMethods.IsGet(context.Request.Method);

    /// <summary>The parameters of the request, from the body or, for GET, from the address; without the protocol's own.</summary>
    public static async Task<(string Operation, IReadOnlyDictionary<string, string> Parameters)> ReadAsync(HttpContext context)
    {
        var given = context.Request.HasFormContentType
            ? (await context.Request.ReadFormAsync(context.RequestAborted)).ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal)
            : context.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);
        if (!given.Remove("Action", out var operation)) throw new AwsError("MissingAction", "The request has no Action.");
        given.Remove("Version");
        foreach (var signature in given.Keys.Where(name => name.StartsWith("X-Amz-", StringComparison.OrdinalIgnoreCase)).ToList()) given.Remove(signature);
        return (operation, given);
    }

    /// <summary>Writes <c>{operation}Response</c> around <c>{operation}Result</c>, which is left out when there is none.</summary>
    public static Task WriteAsync(HttpContext context, XNamespace xmlns, string operation, IEnumerable<XElement>? result)
    {
        var answer = new XElement(xmlns + $"{operation}Response");
        if (result is not null) answer.Add(new XElement(xmlns + $"{operation}Result", result));
        answer.Add(new XElement(xmlns + "ResponseMetadata", new XElement(xmlns + "RequestId", RequestId(context))));
        return WriteAsync(context, 200, answer);
    }

    public static Task WriteErrorAsync(HttpContext context, XNamespace xmlns, AwsError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return WriteAsync(context, error.Status, new XElement(
            xmlns + "ErrorResponse",
            new XElement(
                xmlns + "Error",
                new XElement(xmlns + "Type", error.Status >= 500 ? "Receiver" : "Sender"),
                new XElement(xmlns + "Code", error.Code),
                new XElement(xmlns + "Message", error.Message)),
            new XElement(xmlns + "RequestId", RequestId(context))));
    }

    private static string RequestId(HttpContext context) => context.Response.Headers["x-amzn-RequestId"].ToString();

    private static Task WriteAsync(HttpContext context, int status, XElement answer)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/xml";
        return context.Response.WriteAsync(answer.ToString(SaveOptions.DisableFormatting), context.RequestAborted);
    }
}
