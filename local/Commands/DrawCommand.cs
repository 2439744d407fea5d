using ServerlessGdpr.Local.Drawings;
using ServerlessGdpr.Local.Toolchain;

namespace ServerlessGdpr.Local.Commands;

internal static class DrawCommand
{
    public static async Task<int> RunAsync(CancellationToken cancellation)
    {
        var root = Repository.Find().Root;
        await File.WriteAllTextAsync(Path.Combine(root, DrawingsInDocs.Document), DrawingsInDocs.Redraw(root), cancellation);
        Console.WriteLine($"Drew the workflows into {DrawingsInDocs.Document}.");
        return 0;
    }
}
