using System.Globalization;
using System.Text.Json;

namespace Cafeteria.Bench.Rush;

/// <summary>What came of a rush, for people or as JSON.</summary>
internal sealed class RushReport(RushOptions options, Tally tally, int followers, TimeSpan took, IReadOnlyList<string> wrong)
{
    private const int ShownFaults = 20;
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Web) { WriteIndented = true };

    public void Write(TextWriter output)
    {
        if (options.Json)
            output.WriteLine(JsonSerializer.Serialize(ToJson(), Indented));
        else
            WriteTable(output);
    }

    private void WriteTable(TextWriter output)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{took.TotalSeconds:0.0} s   accepted {tally.Accepted} ({tally.Accepted / took.TotalSeconds:0}/s)   refused {tally.Refused}   failed {tally.Failed}   retries {tally.Retries}   followers {followers}"));
        foreach (var (code, count) in tally.Refusals.OrderByDescending(refusal => refusal.Value))
            output.WriteLine($"  refused as {code}: {count}");
        output.WriteLine();
        output.WriteLine($"{"milliseconds",-30}{"count",10}{"p50",10}{"p90",10}{"p99",10}{"p99.9",10}{"max",10}");
        Row(options.Closed is null ? "wish to answer" : "request to answer", tally.Placing);
        Row("menu", tally.Reading);
        Row("step to event", tally.Following);
        output.WriteLine();
        foreach (var fault in wrong.Take(ShownFaults))
            output.WriteLine($"WRONG: {fault}");
        output.WriteLine(wrong.Count == 0 ? "The books balance." : $"The books are wrong: {wrong.Count} faults.");

        void Row(string name, Latencies times)
        {
            if (times.Count > 0)
                output.WriteLine($"{name,-30}{times.Count,10}{Ms(times.At(0.5))}{Ms(times.At(0.9))}{Ms(times.At(0.99))}{Ms(times.At(0.999))}{Ms(times.Max)}");
        }
    }

    private object ToJson() => new
    {
        Seconds = took.TotalSeconds,
        PerSecond = tally.Accepted / took.TotalSeconds,
        tally.Arrived,
        tally.Accepted,
        tally.Refused,
        tally.Failed,
        tally.Retries,
        Followers = followers,
        tally.Refusals,
        Placing = Of(tally.Placing),
        Menu = Of(tally.Reading),
        Following = Of(tally.Following),
        BooksBalance = wrong.Count == 0,
        Wrong = wrong.Take(ShownFaults),
    };

    private static object Of(Latencies times) => new
    {
        times.Count,
        P50 = times.At(0.5).TotalMilliseconds,
        P90 = times.At(0.9).TotalMilliseconds,
        P99 = times.At(0.99).TotalMilliseconds,
        P999 = times.At(0.999).TotalMilliseconds,
        Max = times.Max.TotalMilliseconds,
    };

    private static string Ms(TimeSpan time) => time.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture).PadLeft(10);
}
