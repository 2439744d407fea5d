namespace ServerlessGdpr.Functions.Runtime;

/// <summary>Trying again may help. The short class name is what a workflow matches: it is API.</summary>
/// <param name="message">Never an identity and never another exception's message; it is not reported outside the process.</param>
public abstract class TransientFailure(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>Trying again cannot help: an operator has to change something first. Every workflow lists each subclass under a retrier with no attempts.</summary>
/// <param name="message">Never an identity and never another exception's message; it is not reported outside the process.</param>
public abstract class PermanentFailure(string message, Exception? cause = null) : Exception(message, cause);
