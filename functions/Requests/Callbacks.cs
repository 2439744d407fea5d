namespace ServerlessGdpr.Functions.Requests;

/// <summary>Reads <c>status_callback_urls</c>. They are kept and not called: status events are the channel.</summary>
internal static class Callbacks
{
    private const string Field = "status_callback_urls";

    public static IReadOnlyList<string> Read(DetailReader reader)
    {
        if (reader.OptionalArray(Field) is not { } array) return [];
        if (array.GetArrayLength() > Limits.Callbacks)
        {
            reader.Refuse(Reason.TooMany($"/{Field}", Limits.Callbacks));
            return [];
        }

        var urls = new List<string>();
        foreach (var (index, element) in array.EnumerateArray().Index())
        {
            var field = $"/{Field}/{index}";
            if (element.ValueKind != System.Text.Json.JsonValueKind.String) reader.Refuse(Reason.WrongType(field, "a text"));
            else if (element.GetString() is { Length: > Limits.CallbackLength }) reader.Refuse(Reason.TooLong(field, Limits.CallbackLength));
            else if (!IsHttps(element.GetString()!)) reader.Refuse(Reason.NotHttps(field));
            else urls.Add(element.GetString()!);
        }

        return urls;
    }

    private static bool IsHttps(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps && url.Host.Length > 0 && url.UserInfo.Length == 0;
}
