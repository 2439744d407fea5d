namespace ServerlessGdpr.Local.Toolchain;

/// <summary>Lets one process at a time do something, told by a file that it holds open.</summary>
internal static class FileLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <returns>Released when disposed, and when the process ends.</returns>
    public static async Task<IDisposable> TakeAsync(string file, TimeProvider time, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(Pause, time, cancellation);
            }
        }
    }
}
