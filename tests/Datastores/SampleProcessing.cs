using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Tests.Datastores;

/// <summary>What a data map must say and most tests do not look at.</summary>
internal static class SampleProcessing
{
    public static readonly Controller Controller = new() { Name = "Example Shop Ltd", Contact = "privacy@shop.example.com", SupervisoryAuthority = "Data Protection Commission" };

    public static readonly Processing Processing = new()
    {
        Title = "Your account",
        Purposes = ["To run your account"],
        Categories = ["Contact details"],
        Recipients = ["Our hosting provider"],
        Retention = "As long as you have an account",
        Source = "You",
        AutomatedDecisions = "None",
    };
}
