namespace ServerlessGdpr.Infra;

/// <summary>The app cannot be synthesized as configured; the message tells whoever ran it what to change.</summary>
public sealed class SetupError(string message) : Exception(message);
