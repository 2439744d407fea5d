namespace ServerlessGdpr.Tests.Runtime;

/// <summary>Where things lie, seen from <c>tests/bin/{configuration}/{framework}</c>.</summary>
internal static class RepositoryFolders
{
    private static readonly DirectoryInfo Framework = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    public static string Root => Framework.Parent!.Parent!.Parent!.Parent!.FullName;

    /// <summary>The functions' own build. The copy beside the tests would run on their framework.</summary>
    public static string FunctionsBuild => Path.Combine(Root, "functions", "bin", Framework.Parent!.Name, Framework.Name);
}
