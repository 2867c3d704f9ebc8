using System.Diagnostics;

namespace Cafeteria.Tests;

/// <summary>Waits for what must become true, and says what was expected when it does not.</summary>
internal static class Eventually
{
    public static async Task HoldsAsync(string what, TimeSpan within, Func<Task<bool>> condition)
    {
        var started = Stopwatch.GetTimestamp();
        Exception? last = null;
        while (Stopwatch.GetElapsedTime(started) < within)
        {
            try
            {
                if (await condition())
                    return;
                last = null;
            }
            catch (Exception e) when (e is HttpRequestException or KeyNotFoundException or TimeoutException or Orleans.Runtime.OrleansException)
            {
                last = e;
            }

            await Task.Delay(25);
        }

        Assert.Fail($"Expected within {within.TotalSeconds} s: {what}.{(last is null ? "" : $" Last: {last.Message}")}");
    }
}
