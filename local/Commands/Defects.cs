namespace ServerlessGdpr.Local.Commands;

/// <summary>Exceptions that nobody awaited: something the local cloud should have done was not done.</summary>
public static class Defects
{
    /// <summary>Its class and its place, without its message, which may quote what the cloud holds.</summary>
    public static string Describe(Exception fault) => $"A defect of the local cloud: {fault.GetType().FullName}{Environment.NewLine}{fault.StackTrace}";
}
