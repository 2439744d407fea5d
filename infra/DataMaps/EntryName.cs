namespace ServerlessGdpr.Infra.DataMaps;

internal static class EntryName
{
    /// <summary>How messages name an entry: <c>datastores[2] "uploads"</c>.</summary>
    public static string Of(int index, string? name) => name is null ? $"datastores[{index}]" : $"datastores[{index}] \"{name}\"";
}
