using System.Globalization;
using System.Xml.Linq;
using Newtonsoft.Json.Linq;

namespace ServerlessGdpr.Local.StepFunctions.Sdk;

/// <summary>Reads XML answers as the JSON that the service's API model makes of them, with the names of the wire.</summary>
internal static class XmlAnswers
{
    public static JObject Members(SdkService service, XElement parent)
    {
        var members = new JObject();
        foreach (var element in parent.Elements())
        {
            var name = element.Name.LocalName;
            if (!service.Flat.TryGetValue(name, out var list)) members[name] = Value(service, element);
            else if (members[list] is JArray items) items.Add(Members(service, element));
            else members[list] = new JArray(Members(service, element));
        }

        return members;
    }

    private static JToken Value(SdkService service, XElement element)
    {
        var (name, text) = (element.Name.LocalName, element.Value);
        if (service.Lists.Contains(name)) return new JArray(element.Elements().Select(item => item.HasElements ? Members(service, item) : (JToken)item.Value));
        if (element.HasElements) return Members(service, element);
        if (!service.Plain.Contains(name)) return text;
        return bool.TryParse(text, out var flag) ? flag
            : long.TryParse(text, CultureInfo.InvariantCulture, out var integer) ? integer
            : double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number
            : text;
    }
}
