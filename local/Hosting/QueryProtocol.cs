using System.Xml.Linq;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace ServerlessGdpr.Local.Hosting;

/// <summary>The AWS Query protocol: a form in, XML out, the operation in <c>Action</c>.</summary>
public static class QueryProtocol
{
    private static readonly object FormItem = new();

    public static bool IsQuery(HttpContext context) => context.Request.HasFormContentType || HttpMethods.IsGet(context.Request.Method);

    /// <summary>The parameters of the request, from the body or, for GET, from the address; without the protocol's own.</summary>
    public static async Task<(string Operation, IReadOnlyDictionary<string, string> Parameters)> ReadAsync(HttpContext context)
    {
        IEnumerable<KeyValuePair<string, StringValues>> fields = context.Request.HasFormContentType ? await ReadFormAsync(context) : context.Request.Query;
        var given = fields.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);
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

    /// <summary>The server's own reader of forms refuses control characters, which are the services' to refuse. More than one may want to read.</summary>
    private static async Task<Dictionary<string, StringValues>> ReadFormAsync(HttpContext context)
    {
        if (context.Items.TryGetValue(FormItem, out var read)) return (Dictionary<string, StringValues>)read!;
        using var body = new StreamReader(context.Request.Body);
        var form = QueryHelpers.ParseQuery(await body.ReadToEndAsync(context.RequestAborted));
        context.Items[FormItem] = form;
        return form;
    }

    private static string RequestId(HttpContext context) => context.Response.Headers["x-amzn-RequestId"].ToString();

    private static Task WriteAsync(HttpContext context, int status, XElement answer)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/xml";
        return context.Response.WriteAsync(answer.ToString(SaveOptions.DisableFormatting), context.RequestAborted);
    }
}
