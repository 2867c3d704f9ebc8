using System.Globalization;

namespace Cafeteria.Tests;

/// <summary>
/// The clock of the machine that the silos run on, as somebody sets it: libfaketime stands between them and the real one and
/// reads from a file, once a second, how far it is off. What passes (timers, time-outs) is not touched, nor is PostgreSQL.
/// </summary>
internal sealed class MachineClock : IDisposable
{
    private const string Library = "libfaketimeMT.so.1";

    private readonly string _library;
    private readonly string _file = Path.GetTempFileName();
    private TimeSpan _ahead;

    private MachineClock(string library)
    {
        _library = library;
        Set(TimeSpan.Zero);
    }

    /// <summary>What a process needs in its environment to go by this clock.</summary>
    public IReadOnlyDictionary<string, string?> Environment => new Dictionary<string, string?>
    {
        ["LD_PRELOAD"] = _library,
        ["FAKETIME_TIMESTAMP_FILE"] = _file,
        ["FAKETIME_CACHE_DURATION"] = "1",
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
    };

    /// <summary>Null where the library is not installed.</summary>
    public static MachineClock? Find()
    {
        string[] places = Directory.Exists("/usr/lib") ? [.. Directory.EnumerateDirectories("/usr/lib", "*-linux-*"), "/usr/lib", "/usr/lib64"] : [];
        return places.Select(place => Path.Combine(place, "faketime", Library)).FirstOrDefault(File.Exists) is { } library ? new MachineClock(library) : null;
    }

    /// <summary>Forward by so much; everybody has seen it when this ends.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        Set(_ahead += by);
        await Task.Delay(TimeSpan.FromSeconds(2));
    }

    /// <summary>Back by so much, and right again after a while.</summary>
    public async Task GoBackAsync(TimeSpan by)
    {
        Set(_ahead - by);
        await Task.Delay(TimeSpan.FromSeconds(2));
        Set(_ahead);
    }

    public void Dispose() => File.Delete(_file);

    private void Set(TimeSpan ahead)
    {
        // In one step: half a number would be another time.
        var next = $"{_file}.next";
        File.WriteAllText(next, string.Create(CultureInfo.InvariantCulture, $"{ahead.TotalSeconds:+0;-0;+0}\n"));
        File.Move(next, _file, overwrite: true);
    }
}
