using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions;

/// <summary>The functions of this binary by the name that Lambda selects them with.</summary>
public static class Handlers
{
    public static IReadOnlyList<HandlerRegistration> All { get; } = [];

    /// <exception cref="InvalidConfiguration">No such function; the message names those there are.</exception>
    public static HandlerRegistration Select(IReadOnlyList<HandlerRegistration> handlers, string name) =>
        handlers.FirstOrDefault(handler => handler.Name == name)
        ?? throw new InvalidConfiguration($"_HANDLER is none of {string.Join(", ", handlers.Select(handler => handler.Name))}.");
}
