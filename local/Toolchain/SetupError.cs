namespace ServerlessGdpr.Local.Toolchain;

/// <summary>Something this machine lacks; the message says what to do about it.</summary>
public sealed class SetupError(string message) : Exception(message);
