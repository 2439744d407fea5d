using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Running;

namespace ServerlessGdpr.Local.StepFunctions.Distributed;

/// <summary>What becomes of the child executions' results.</summary>
internal interface IResults
{
    /// <exception cref="StateFailure">It cannot be written.</exception>
    Task AddAsync(Execution child, CancellationToken cancellation);

    /// <returns>The Map state's result.</returns>
    /// <exception cref="StateFailure">They cannot be written, or are too many.</exception>
    Task<JToken> CompleteAsync(CancellationToken cancellation);
}
