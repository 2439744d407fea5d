using System.Text;
using System.Text.Json;

namespace ServerlessGdpr.Functions.Runtime;

/// <summary>Metrics in CloudWatch's embedded metric format, one line each. Never a dimension by request or subject: each would be a metric of its own.</summary>
/// <param name="service">The one dimension.</param>
public sealed class Metrics(TextWriter output, TimeProvider time, string service)
{
    private const string Namespace = "ServerlessGdpr";

    /// <param name="name">PascalCase, for example <c>RecordsErased</c>.</param>
    public void Count(string name, double value) => Write(name, value, "Count");

    public void Duration(string name, TimeSpan value) => Write(name, value.TotalMilliseconds, "Milliseconds");

    private void Write(string name, double value, string unit)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("_aws");
            json.WriteNumber("Timestamp", time.GetUtcNow().ToUnixTimeMilliseconds());
            json.WriteStartArray("CloudWatchMetrics");
            json.WriteStartObject();
            json.WriteString("Namespace", Namespace);
            json.WriteStartArray("Metrics");
            json.WriteStartObject();
            json.WriteString("Name", name);
            json.WriteString("Unit", unit);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteStartArray("Dimensions");
            json.WriteStartArray();
            json.WriteStringValue("Service");
            json.WriteEndArray();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteString("Service", service);
            json.WriteNumber(name, value);
            json.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }
}
