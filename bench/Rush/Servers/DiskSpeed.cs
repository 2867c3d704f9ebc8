using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cafeteria.Bench.Rush;

/// <summary>How long the disk takes to say that it has something: the least that a commit can take.</summary>
internal static class DiskSpeed
{
    private const int Block = 8 * 1024, Blocks = 256, Times = 400;

    /// <summary>The median of 8 KB written and <c>fdatasync</c>, as PostgreSQL writes its log: one after the other into a file that has its size.</summary>
    public static TimeSpan Measure(string directory)
    {
        var path = Path.Combine(directory, "disk-speed");
        try
        {
            using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.None);
            var block = new byte[Block];
            for (var n = 0; n < Blocks; n++)
                RandomAccess.Write(file, block, (long)n * Block);
            RandomAccess.FlushToDisk(file);

            var times = new TimeSpan[Times];
            for (var n = 0; n < Times; n++)
            {
                block[0]++;
                var started = Stopwatch.GetTimestamp();
                RandomAccess.Write(file, block, (long)(n % Blocks) * Block);
                if (Synchronize(file) != 0)
                    throw new RushException($"fdatasync in {directory} failed: {Marshal.GetLastPInvokeErrorMessage()}");
                times[n] = Stopwatch.GetElapsedTime(started);
            }

            return times.Order().ElementAt(Times / 2);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Synchronize(SafeFileHandle file);
}
