namespace ServerlessGdpr.Local.Toolchain;

/// <summary>The working copy this program was built in.</summary>
/// <param name="Root">The folder with the solution.</param>
/// <param name="Configuration"><c>Debug</c> or <c>Release</c>: what this program was built as, and so what it runs of the others.</param>
/// <param name="Framework">For example <c>net10.0</c>.</param>
public sealed record Repository(string Root, string Configuration, string Framework)
{
    private const string Marker = "ServerlessGdpr.sln";

    /// <summary>Everything the program writes into the working copy.</summary>
    public string LocalDirectory => Directory.CreateDirectory(Resolve(".local")).FullName;

    /// <summary>The function binary as it was built with this program: for the just-in-time compiler.</summary>
    public string FunctionOutput => Output("functions");

    /// <exception cref="SetupError">The program does not lie in a working copy.</exception>
    public static Repository Find()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        for (var folder = output; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Marker))) return new Repository(folder.FullName, output.Parent!.Name, output.Name);
        }

        throw new SetupError($"There is no {Marker} above {AppContext.BaseDirectory}: run this program from its repository.");
    }

    public string Resolve(string path) => Path.GetFullPath(path, Root);

    public string Output(string project) => Resolve(Path.Combine(project, "bin", Configuration, Framework));
}
