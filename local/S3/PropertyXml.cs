using System.Text.Json.Nodes;
using System.Xml.Linq;
using ServerlessGdpr.Local.Hosting;
using static ServerlessGdpr.Local.S3.Xml.S3Xml;

namespace ServerlessGdpr.Local.S3;

/// <summary>Turns CloudFormation's properties of a bucket into the XML that S3's API takes for the same thing.</summary>
/// <param name="place">The property, for refusals.</param>
internal sealed class PropertyXml(string place)
{
    /// <summary>Where the two differ: a list's name to the name of its repeated element, a renamed property to its element.</summary>
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal)
    {
        ["Rules"] = "Rule",
        ["ServerSideEncryptionConfiguration"] = "Rule",
        ["ServerSideEncryptionByDefault"] = "ApplyServerSideEncryptionByDefault",
        ["Id"] = "ID",
    };

    /// <summary>Everything that may stand in the configurations that are taken over name by name.</summary>
    private static readonly HashSet<string> Understood = new(StringComparer.Ordinal)
    {
        "Status", "ObjectLockEnabled", "Rule", "DefaultRetention", "Mode", "Days", "Years",
        "BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets",
        "Rules", "ObjectOwnership",
        "ServerSideEncryptionConfiguration", "ServerSideEncryptionByDefault", "SSEAlgorithm", "KMSMasterKeyID", "BucketKeyEnabled",
        "Id", "Prefix", "AbortIncompleteMultipartUpload", "DaysAfterInitiation", "NoncurrentVersionExpiration", "NoncurrentDays", "NewerNoncurrentVersions",
    };

    public static bool IsTrue(JsonNode? value) => string.Equals(value?.ToString(), "true", StringComparison.OrdinalIgnoreCase);

    public XElement Of(string name, JsonNode? value) => value switch
    {
        JsonObject fields => Element(name, fields.SelectMany(field => Children(field.Key, field.Value))),
        null => Element(name),
        _ => Element(name, Text(value)),
    };

    public XElement Encryption(JsonNode value) => Of("ServerSideEncryptionConfiguration", value);

    public static XElement Tags(JsonNode value) => Element("Tagging", Element("TagSet", value.AsArray().Select(tag =>
        Element("Tag", Element("Key", Text(tag!["Key"]!)), Element("Value", Text(tag["Value"]!))))));

    public XElement Lifecycle(JsonNode value)
    {
        if (value.AsObject().FirstOrDefault(field => field.Key is not "Rules").Key is { } extra) throw Refused(extra);
        return Element("LifecycleConfiguration", value["Rules"]!.AsArray().Select(rule => LifecycleRule(rule!.AsObject())));
    }

    private static string Text(JsonNode value) => value.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False
        ? value.ToString().ToLowerInvariant()
        : value.ToString();

    private IEnumerable<XElement> Children(string name, JsonNode? value)
    {
        if (!Understood.Contains(name)) throw Refused(name);
        var element = Renamed.GetValueOrDefault(name, name);
        return value is JsonArray items ? items.Select(item => Of(element, item)) : [Of(element, value)];
    }

    /// <summary>CloudFormation flattens expirations, which the API nests, and filters, which the API requires.</summary>
    private XElement LifecycleRule(JsonObject rule)
    {
        var (expiration, content) = (Element("Expiration"), new List<XElement>());
        var filter = Element("Filter", Element("Prefix", rule["Prefix"]?.ToString() ?? ""));
        foreach (var (name, value) in rule)
        {
            switch (name)
            {
                case "Prefix": break;
                case "ExpirationInDays": expiration.Add(Element("Days", Text(value!))); break;
                case "ExpirationDate": expiration.Add(Element("Date", Text(value!))); break;
                case "ExpiredObjectDeleteMarker": expiration.Add(Element(name, Text(value!))); break;
                case "NoncurrentVersionExpirationInDays": content.Add(Element("NoncurrentVersionExpiration", Element("NoncurrentDays", Text(value!)))); break;
                default: content.AddRange(Children(name, value)); break;
            }
        }

        return Element("Rule", content, filter, expiration.HasElements ? expiration : null);
    }

    private AwsError Refused(string name) => AwsError.NotImplemented("cloudformation", $"{place}: {name}");
}
