using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Kms;

/// <summary>The parameters of one KMS call. Those that no one read when it is answered are refused, not ignored.</summary>
public sealed class KmsRequest(JsonObject body, KeyStore keys)
{
    /// <summary>Grants and policies are not evaluated here, so what only they would use changes nothing.</summary>
    private readonly HashSet<string> read = new(StringComparer.Ordinal) { "GrantTokens" };

    public KmsKey Key(string parameter = "KeyId") => keys.Find(Text(parameter));

    public KmsKey? KeyIfNamed(string parameter) => TextOrNull(parameter) is { } reference ? keys.Find(reference) : null;

    public string Text(string parameter) => TextOrNull(parameter)
        ?? throw Invalid(parameter, "Member must not be null");

    public string? TextOrNull(string parameter) => Value<string>(parameter);

    public bool Flag(string parameter) => Value<bool?>(parameter) ?? false;

    public int? Number(string parameter, int min, int max)
    {
        var number = Value<int?>(parameter);
        if (number < min) throw Invalid(parameter, $"Member must have value greater than or equal to {min}");
        return number > max ? throw Invalid(parameter, $"Member must have value less than or equal to {max}") : number;
    }

    public JsonObject? ObjectOrNull(string parameter)
    {
        read.Add(parameter);
        return body[parameter] switch
        {
            null => null,
            JsonObject value => value,
            _ => throw Malformed(parameter),
        };
    }

    /// <summary>Skips a parameter that has no effect here, such as a key policy.</summary>
    public void Skip(params ReadOnlySpan<string> parameters)
    {
        foreach (var parameter in parameters) read.Add(parameter);
    }

    public byte[] Blob(string parameter, int max)
    {
        try
        {
            var bytes = Convert.FromBase64String(Text(parameter));
            if (bytes.Length == 0) throw Invalid(parameter, "Member must have length greater than or equal to 1");
            return bytes.Length > max ? throw Invalid(parameter, $"Member must have length less than or equal to {max}") : bytes;
        }
        catch (FormatException)
        {
            throw Malformed(parameter);
        }
    }

    /// <summary>Call this once everything is read and before anything is changed.</summary>
    public void RefuseTheRest(string operation)
    {
        var dryRun = Flag("DryRun");
        var unread = body.FirstOrDefault(pair => pair.Value is not null && !read.Contains(pair.Key)).Key;
        if (unread is not null) throw AwsError.NotImplemented("kms", $"{operation} with {unread}");
        if (dryRun) throw new AwsError("DryRunOperationException", "The request would have succeeded, but the DryRun option is set.", 412);
    }

    private static AwsError Invalid(string parameter, string constraint) => new(
        "ValidationException",
        $"1 validation error detected: Value at '{char.ToLowerInvariant(parameter[0])}{parameter[1..]}' failed to satisfy constraint: {constraint}");

    private static AwsError Malformed(string parameter) => new("SerializationException", $"{parameter} is not of the type this operation takes.");

    private T? Value<T>(string parameter)
    {
        read.Add(parameter);
        if (body[parameter] is not { } node) return default;
        return node is JsonValue value && value.TryGetValue<T>(out var result) ? result : throw Malformed(parameter);
    }
}
