namespace ServerlessGdpr.Functions.Runtime;

/// <summary>The function cannot start as it is deployed: an environment variable or the data map is missing or wrong.</summary>
/// <param name="message">Names what is wrong. It is logged and reported, so it never holds a value.</param>
public sealed class InvalidConfiguration(string message) : PermanentFailure(message);

/// <summary>The input is not what the function takes.</summary>
public sealed class InvalidInput(string message = "The input is not what this function takes.") : PermanentFailure(message);

/// <summary>The answer is larger than Lambda takes (6 MB).</summary>
public sealed class AnswerTooLarge() : PermanentFailure("The answer is larger than Lambda takes.");

/// <summary>AWS refused a call for want of a permission, or because a key is disabled or does not fit the ciphertext.</summary>
public sealed class AwsAccessDenied(Exception cause) : PermanentFailure("AWS denied access.", cause);

/// <summary>A table, bucket, key, bus or state machine of this system does not exist.</summary>
public sealed class AwsResourceNotFound(Exception cause) : PermanentFailure("An AWS resource does not exist.", cause);

/// <summary>AWS throttled, failed or could not be reached, after the client's own retries.</summary>
public sealed class AwsUnavailable(Exception cause) : TransientFailure("AWS could not be reached or asked to slow down.", cause);

/// <summary>AWS refused a call for a reason that is in no other class.</summary>
public sealed class AwsRefused(Exception cause) : TransientFailure("AWS refused a call.", cause);

/// <summary>The invocation's time was used up.</summary>
public sealed class DeadlineExceeded(Exception cause) : TransientFailure("The invocation's time was used up.", cause);
