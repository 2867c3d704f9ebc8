using System.Diagnostics;

namespace Cafeteria.Tests;

internal static class Eventually
{
    /// <summary>Looks until it is so. <paramref name="expected"/> says what should have been, and what was instead.</summary>
    public static async Task TrueAsync(Func<Task<bool>> look, TimeSpan limit, Func<string> expected)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await look())
        {
            if (Stopwatch.GetElapsedTime(started) > limit)
                Assert.Fail($"Within {limit.TotalSeconds} s: {expected()}");
            await Task.Delay(50);
        }
    }
}
