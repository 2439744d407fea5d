using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Iam;
using ServerlessGdpr.Local.Iam.Requests;

namespace ServerlessGdpr.Local.Lambda.EventSources;

/// <summary>Lambda polls a queue as the function's role, and refuses a mapping whose role could not.</summary>
public sealed class QueuePermissions(Authorizer authorizer, EncryptionKeys keys)
{
    private static readonly string[] Operations = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"];

    /// <exception cref="AwsError">Something is missing.</exception>
    public void Require(EventSourceMapping mapping)
    {
        var queue = mapping.QueueArn;
        var needed = Operations.Select(operation => (operation, Access: new Access($"sqs:{operation}", queue)))
            // AWS finds this one out at the first message, and only its metrics say so.
            .Concat(keys.For(queue, "sqs", ("aws:sqs:arn", queue), "Decrypt").Select(access => ("ReceiveMessage (KMS Decrypt)", access)));
        foreach (var (operation, access) in needed)
        {
            if (!authorizer.Allows(mapping.Function.Role, access))
                throw new AwsError("InvalidParameterValueException", $"The provided execution role does not have permissions to call {operation} on SQS");
        }
    }
}
