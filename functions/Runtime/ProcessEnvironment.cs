using System.Collections;

namespace ServerlessGdpr.Functions.Runtime;

/// <summary>The process's environment variables as they are at start; nothing else reads them.</summary>
public static class ProcessEnvironment
{
    public static IReadOnlyDictionary<string, string> Read() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
}
