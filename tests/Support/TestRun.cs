using System.Runtime.CompilerServices;
using ServerlessGdpr.Infra;

namespace ServerlessGdpr.Tests.Support;

/// <summary>What is of the whole run.</summary>
internal static class TestRun
{
    /// <summary>Not a fixture: other fixtures have files in it until they are disposed.</summary>
    [ModuleInitializer]
    internal static void HaveAFolderOfItsOwn()
    {
        var folder = new TemporaryFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
    }
}
