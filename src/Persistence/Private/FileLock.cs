namespace Cafeteria.Persistence;

/// <summary>Held by one process on a machine at a time; the system takes it back from a process that dies.</summary>
internal sealed class FileLock : IDisposable
{
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    public static async Task<FileLock> TakeAsync(string path, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var until = DateTime.UtcNow + atMost;
        while (true)
        {
            try
            {
                return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (DateTime.UtcNow < until)
            {
                await Task.Delay(20, cancellationToken).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                throw new DatabaseStartException($"Another process has been starting or stopping the private server for {atMost.TotalSeconds:F0} s ({path} is locked): end it and try again.", e);
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
