using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace ServerlessGdpr.Local.S3.Xml;

/// <summary>S3's XML, in and out.</summary>
internal static class S3Xml
{
    public static readonly XNamespace Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

    /// <summary>Keys may hold characters that XML 1.0 has no way to write; S3 writes them as references all the same, and so does this.</summary>
    private static readonly XmlWriterSettings WriterSettings = new() { CheckCharacters = false, Encoding = new UTF8Encoding(false) };

    private static readonly XmlReaderSettings ReaderSettings = new()
    {
        CheckCharacters = false,
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
    };

    public static XElement Element(string name, params object?[] content) => new(Namespace + name, content);

    /// <summary>Nothing at all when <paramref name="value"/> is null.</summary>
    public static XElement? Optional(string name, object? value) => value is null ? null : new XElement(Namespace + name, value);

    public static string Instant(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string Write(XElement element)
    {
        using var bytes = new MemoryStream();
        using (var writer = XmlWriter.Create(bytes, WriterSettings)) element.Save(writer);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>Reads a document whose root is <paramref name="root"/>; elements are then found by their local names.</summary>
    public static XElement Parse(byte[] document, string root)
    {
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(document), ReaderSettings);
            var element = XElement.Load(reader);
            foreach (var part in element.DescendantsAndSelf()) part.Name = Namespace + part.Name.LocalName;
            return element.Name.LocalName.Equals(root, StringComparison.Ordinal) ? element : throw S3Error.MalformedXml();
        }
        catch (XmlException)
        {
            throw S3Error.MalformedXml();
        }
    }

    public static string? Text(this XElement element, string child) => element.Element(Namespace + child)?.Value;

    public static IEnumerable<XElement> All(this XElement element, string child) => element.Elements(Namespace + child);

    public static XElement? One(this XElement element, string child) => element.Element(Namespace + child);
}
