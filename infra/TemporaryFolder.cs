namespace ServerlessGdpr.Infra;

/// <summary>What this process and its children put into the system's folder for temporary files goes into one of their own, which goes with it: jsii leaves tens of megabytes at each synthesis.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private const string Variable = "TMPDIR";
    private readonly string? before = System.Environment.GetEnvironmentVariable(Variable);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gdpr-");

    public TemporaryFolder() => System.Environment.SetEnvironmentVariable(Variable, folder.FullName);

    public void Dispose()
    {
        System.Environment.SetEnvironmentVariable(Variable, before);
        try
        {
            folder.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A child that is about to end changes it at the same time: a little is left, and the work is done.
        }
    }
}
