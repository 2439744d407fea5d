using System.Security.Cryptography;
using System.Text;
using Newtonsoft.Json.Linq;

namespace ServerlessGdpr.Local.StepFunctions.Paths;

/// <summary>The intrinsic functions over text.</summary>
internal static class TextFunctions
{
    private const int MaxLength = 10_000;

    /// <summary>Puts the arguments where the template has <c>{}</c>; a backslash keeps a brace as it is.</summary>
    public static JToken Format(JToken[] arguments)
    {
        var template = Arguments.String(arguments[0]);
        var text = new StringBuilder();
        var next = 1;
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] == '\\' && i + 1 < template.Length && template[i + 1] is '{' or '}' or '\\')
            {
                text.Append(template[++i]);
            }
            else if (template[i] == '{' && i + 1 < template.Length && template[i + 1] == '}')
            {
                if (next == arguments.Length) throw new FormatException("there are fewer values than places for them");
                text.Append(Shown(arguments[next++]));
                i++;
            }
            else
            {
                text.Append(template[i]);
            }
        }

        return next == arguments.Length ? text.ToString() : throw new FormatException("there are more values than places for them");
    }

    public static JToken ToJson(JToken text)
    {
        var json = Arguments.String(text);
        return string.IsNullOrWhiteSpace(json) ? JValue.CreateNull() : Json.Parse(json);
    }

    /// <summary>Every character of <paramref name="delimiters"/> delimits; empty parts are left out.</summary>
    public static JArray Split(JToken text, JToken delimiters) =>
        new(Arguments.String(text).Split(Arguments.String(delimiters).ToCharArray(), StringSplitOptions.RemoveEmptyEntries).Select(part => new JValue(part)));

    public static JToken Encode(JToken text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(Short(text)));

    public static JToken Decode(JToken text) => Encoding.UTF8.GetString(Convert.FromBase64String(Short(text)));

    public static JToken Hash(JToken data, JToken algorithm)
    {
        var bytes = Encoding.UTF8.GetBytes(data.Type == JTokenType.String ? Short(data) : Json.Text(data));
        var hash = Arguments.String(algorithm) switch
        {
#pragma warning disable CA5350, CA5351 // Weak algorithms are part of the language.
            "MD5" => MD5.HashData(bytes),
            "SHA-1" => SHA1.HashData(bytes),
#pragma warning restore CA5350, CA5351
            "SHA-256" => SHA256.HashData(bytes),
            "SHA-384" => SHA384.HashData(bytes),
            "SHA-512" => SHA512.HashData(bytes),
            var other => throw new FormatException($"there is no algorithm '{other}'"),
        };
        return Convert.ToHexStringLower(hash);
    }

    private static string Short(JToken token)
    {
        var text = Arguments.String(token);
        return text.Length <= MaxLength ? text : throw new FormatException($"the text is longer than {MaxLength} characters");
    }

    /// <summary>AWS shows objects and arrays as Java's collections show themselves.</summary>
    private static string Shown(JToken token) => token switch
    {
        JObject members => "{" + string.Join(", ", members.Properties().Select(member => $"{member.Name}={Shown(member.Value)}")) + "}",
        JArray items => "[" + string.Join(", ", items.Select(Shown)) + "]",
        { Type: JTokenType.String } => (string)token!,
        _ => Json.Text(token),
    };
}
