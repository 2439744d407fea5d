using Microsoft.Extensions.Logging;

namespace ServerlessGdpr.Functions.Runtime.Logging;

/// <summary>
/// Writes each record as one line of JSON. Whatever is classified is erased; an exception is its class and nothing else: messages can carry personal data.
/// Only a [LoggerMessage] method says what is classified, so that of a record made otherwise only its place and level are written: a template may be an interpolated text.
/// </summary>
/// <param name="constants">Leading keys that are the same in every line.</param>
[ProviderAlias("JsonLines")]
public sealed class JsonLineLoggerProvider(TextWriter output, TimeProvider time, IReadOnlyDictionary<string, object?> constants)
    : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider scopes = new LoggerExternalScopeProvider();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

    public void Dispose() => output.Flush();

    private void Write(string category, LogLevel level, EventId id, string message, Exception? exception, params ReadOnlySpan<KeyValuePair<string, object?>> parameters)
    {
        var leading = new Dictionary<string, object?>(constants, StringComparer.Ordinal);
        var others = new SortedDictionary<string, object?>(StringComparer.Ordinal) { ["event_id"] = id.Id };
        scopes.ForEachScope(
            static (scope, into) =>
            {
                foreach (var (key, value) in scope as IEnumerable<KeyValuePair<string, object?>> ?? [])
                    (LogKeys.Leading.Contains(key) ? (IDictionary<string, object?>)into.Leading : into.Others)[key] = value;
            },
            (Leading: leading, Others: others));

        leading[LogKeys.Timestamp] = time.GetUtcNow().UtcDateTime.ToString("o");
        leading[LogKeys.Level] = level.ToString();
        leading[LogKeys.Name] = category;
        leading[LogKeys.Message] = message;
        leading[LogKeys.Exception] = exception?.GetType().FullName;
        foreach (var (key, value) in parameters)
            if (key != "{OriginalFormat}") others[LogLine.SnakeCase(key)] = value;

        output.WriteLine(LogLine.Format(leading, others));
    }

    private sealed class Logger(JsonLineLoggerProvider owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => owner.scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (state is LoggerMessageState record)
            {
                ReadOnlySpan<KeyValuePair<string, object?>> classified = Erase(record);
                owner.Write(category, logLevel, eventId, formatter(state, exception), exception, [.. record.TagArray.AsSpan(0, record.TagsCount), .. classified]);
                return;
            }

            owner.Write(category, logLevel, eventId, "", exception);
        }

        /// <summary>The parameters that are classified, without their values; the message is made with these.</summary>
        private static Span<KeyValuePair<string, object?>> Erase(LoggerMessageState record)
        {
            var erased = record.RedactedTagArray.AsSpan(0, record.ClassifiedTagsCount);
            for (var index = 0; index < erased.Length; index++) erased[index] = new(record.ClassifiedTagArray[index].Name, "");
            return erased;
        }
    }
}
