using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Sns;

/// <summary>SNS as its clients see it.</summary>
internal sealed class SnsService(Topics topics) : IAwsService
{
    private const int MaximumBytes = 262_144;
    private static readonly XNamespace Namespace = "http://sns.amazonaws.com/doc/2010-03-31/";

    public string SigningName => "sns";

    public async Task HandleAsync(HttpContext context)
    {
        var (operation, parameters) = await QueryProtocol.ReadAsync(context);
        var request = new PropertyReader(operation, new JsonObject(parameters.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))), "InvalidParameter");
        var result = operation switch
        {
            "Publish" => Publish(request),
            "ListTopics" => ListTopics(request),
            _ => throw AwsError.NotImplemented(SigningName, operation),
        };
        await QueryProtocol.WriteAsync(context, Namespace, operation, [result]);
    }

    public Task WriteErrorAsync(HttpContext context, AwsError error) => QueryProtocol.WriteErrorAsync(context, Namespace, error);

    private XElement Publish(PropertyReader request)
    {
        var topic = topics.Get(request.GetRequiredString("TopicArn"));
        var message = request.GetRequiredString("Message");
        var subject = request.GetString("Subject");
        request.RefuseOthers();
        if (message.Length == 0) throw new AwsError("InvalidParameter", "Invalid parameter: Empty message");
        if (Encoding.UTF8.GetByteCount(message) > MaximumBytes) throw new AwsError("InvalidParameter", "Invalid parameter: Message too long");
        return new XElement(Namespace + "MessageId", topic.Publish(message, subject).Id);
    }

    private XElement ListTopics(PropertyReader request)
    {
        request.RefuseOthers();
        return new XElement(
            Namespace + "Topics",
            topics.All.Select(topic => new XElement(Namespace + "member", new XElement(Namespace + "TopicArn", topic.Arn))));
    }
}
