using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Datastores;

// What AWS says about a refused call may quote the call's keys, so of the service's error only the code is kept.

/// <summary>The function's role may not do this, or may not use the key that encrypts the datastore.</summary>
public sealed class DatastoreAccessDenied(string code) : PermanentFailure($"The datastore denied access ({code}).");

/// <summary>The registered table, index or bucket does not exist.</summary>
public sealed class DatastoreNotFound(string code) : PermanentFailure($"The datastore does not exist ({code}).");

/// <summary>The datastore does not understand the request: the data map does not fit it.</summary>
public sealed class DatastoreRejected(string code) : PermanentFailure($"The datastore rejected a request ({code}).");

/// <summary>The datastore stayed too busy, and nothing was done since the last continuation.</summary>
public sealed class DatastoreThrottled(string code) : TransientFailure($"The datastore throttled requests ({code}).");

/// <summary>The datastore did not answer, or answered with an error of its own.</summary>
public sealed class DatastoreUnavailable(string code) : TransientFailure($"The datastore is unavailable ({code}).");

/// <summary>The workflow asked a datastore's function for something it does not do.</summary>
public sealed class DatastoreRequestInvalid(string reason) : PermanentFailure(reason);
