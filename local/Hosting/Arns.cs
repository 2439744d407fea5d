namespace ServerlessGdpr.Local.Hosting;

/// <summary>Amazon resource names of this cloud's one account and region.</summary>
public static class Arns
{
    /// <param name="resource">Everything after the account, for example <c>rule/intake</c>.</param>
    public static string Of(string service, string resource) => $"arn:aws:{service}:{CloudOptions.Region}:{CloudOptions.Account}:{resource}";

    /// <summary>An ARN of IAM, which has no region.</summary>
    public static string OfIam(string resource) => $"arn:aws:iam::{CloudOptions.Account}:{resource}";

    /// <summary>The service an ARN belongs to; empty when it is not an ARN.</summary>
    public static string Service(string arn) => arn.Split(':', 6) is ["arn", _, var service, _, _, _] ? service : "";

    /// <summary>Everything after the account; empty when it is not an ARN.</summary>
    public static string Resource(string arn) => arn.Split(':', 6) is ["arn", _, _, _, _, var resource] ? resource : "";
}
