using Amazon.CDK.AWS.Lambda;
using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Infra.Assets;

/// <summary>The one zip of all functions: the published binary with the validated data map beside it.</summary>
public sealed class FunctionCode : IDisposable
{
    private static readonly string[] Symbols = [".dbg", ".pdb"];
    private readonly DirectoryInfo staging;

    private FunctionCode(DirectoryInfo staging) => this.staging = staging;

    /// <summary>CDK copies what it stages, so the directory is needed until the app is synthesized.</summary>
    public Code Code => Code.FromAsset(staging.FullName);

    /// <param name="source">What <c>dotnet publish</c> (or a build) of the functions wrote.</param>
    /// <param name="dataMap">The text of the data map.</param>
    /// <exception cref="SetupError">The functions have not been published to <paramref name="source"/>.</exception>
    public static FunctionCode Assemble(string source, string dataMap)
    {
        if (!File.Exists(Path.Combine(source, "bootstrap")))
        {
            throw new SetupError(
                $"There is no function binary at {Path.Combine(source, "bootstrap")}. Run: dotnet publish functions -r linux-x64 -o artifacts/function");
        }

        var assembled = Directory.CreateTempSubdirectory("serverless-gdpr-function-");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Where(IsDeployed))
            Copy(file, Path.Combine(assembled.FullName, Path.GetRelativePath(source, file)));
        File.WriteAllText(Path.Combine(assembled.FullName, DataMapFile.Name), dataMap);
        return new FunctionCode(assembled);
    }

    public void Dispose() => staging.Delete(recursive: true);

    private static bool IsDeployed(string file) => !Symbols.Contains(Path.GetExtension(file));

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to, overwrite: true);
    }
}
