namespace ServerlessGdpr.Local.Commands;

/// <summary>What the caller gave is wrong; the message names it.</summary>
public sealed class InputError(string message) : Exception(message);
