using System.Globalization;
using static Cafeteria.Bench.Rush.Findings;

namespace Cafeteria.Bench.Rush;

/// <summary>Whether anything grew: a straight line through what was seen after the settling, and how far it rises.</summary>
internal sealed class SoakVerdict(List<SoakSample> samples, TimeSpan settling)
{
    /// <summary>By how much of its mean each may rise from the first to the last sample that counts, or by how much outright: whichever is more.</summary>
    private static readonly (string Name, string Unit, Func<SoakSample, double> Of, double Share, double Outright)[] Watched =
    [
        ("memory", "MB", sample => sample.MemoryMb, 0.10, 20),
        ("live heap", "MB", sample => sample.HeapMb, 0.15, 20),
        ("handles", "", sample => sample.Handles, 0.05, 20),
        ("threads", "", sample => sample.Threads, 0.10, 4),
        ("database connections", "", sample => sample.Connections, 0.10, 2),
        ("active grains", "", sample => sample.Grains, 0.05, 500),
        ("bytes of tables for each order", "B", sample => sample.RowBytes, 0.10, 50),
        ("dead rows for each live one", "", sample => sample.DeadRows, 0.25, 0.1),
        ("p99", "ms", sample => sample.P99Ms, 0.25, 10),
    ];

    /// <summary>Bytes of the live heap: an order's id alone would be more.</summary>
    private const double MostOfAnOrder = 40;

    /// <summary>True: something grew.</summary>
    public bool Write(Findings findings, double rate)
    {
        var last = samples.Count == 0 ? 0 : samples[^1].Minutes;
        var counted = samples.Where(sample => sample.Minutes >= Math.Min(settling.TotalMinutes, last / 2)).ToList();
        Draw(findings);
        if (counted.Count < 6)
            throw new RushException("There are too few samples for a verdict: soak for two minutes at least.");

        var grew = false;
        foreach (var (name, unit, of, share, outright) in Watched)
        {
            var (mean, rise) = (counted.Average(of), Rise(counted, of));
            var most = Math.Max(mean * share, outright);
            grew |= rise > most;
            var decimals = mean < 10 ? 2 : 0;
            findings.Row($"{name}{(unit.Length > 0 ? $", {unit}" : "")}: mean; rise over {N(last - counted[0].Minutes)} minutes at {N(rate)} orders/s",
                $"{N(mean, decimals)}; {rise.ToString($"+#,0.{new string('#', decimals)};−#,0.{new string('#', decimals)};0", CultureInfo.InvariantCulture)} (at most {N(most, decimals)}){(rise > most ? " **grew**" : "")}");
        }

        // A small leak is lost in what the heap breathes; but not for long, when each order adds to it.
        var orders = counted.Sum(sample => sample.PerSecond) * (last - counted[0].Minutes) * 60 / counted.Count;
        var each = Rise(counted, sample => sample.HeapMb) * 1e6 / Math.Max(1, orders);
        findings.Row("live heap's rise for each order meanwhile, bytes", $"{N(each, 1)} (at most {N(MostOfAnOrder)}){(each > MostOfAnOrder ? " **grew**" : "")}");
        grew |= each > MostOfAnOrder;
        Console.WriteLine(grew ? "Something grew." : "Nothing grew.");
        return grew;
    }

    /// <summary>
    /// From the first to the last, by the median of the slopes between all pairs (Theil and Sen): what goes on rising does so between
    /// most of them, and a minute in which the machine was busy with something else does not.
    /// </summary>
    private static double Rise(List<SoakSample> samples, Func<SoakSample, double> of)
    {
        List<double> slopes = [];
        for (var i = 0; i < samples.Count; i++)
            for (var j = i + 1; j < samples.Count; j++)
                slopes.Add((of(samples[j]) - of(samples[i])) / (samples[j].Minutes - samples[i].Minutes));
        slopes.Sort();
        return slopes[slopes.Count / 2] * (samples[^1].Minutes - samples[0].Minutes);
    }

    private void Draw(Findings findings)
    {
        findings.Draw("soak", "Memory, handles, grains, tables and waiting over the soak",
            new Panel("memory, MB", "minutes", [Of("resident", sample => sample.MemoryMb), Of("live heap", sample => sample.HeapMb)]),
            new Panel("handles and threads", "minutes", [Of("handles", sample => sample.Handles), Of("threads", sample => sample.Threads), Of("database connections", sample => sample.Connections)]),
            new Panel("active grains", "minutes", [Of("grains", sample => sample.Grains)]),
            new Panel("bytes of tables for each order", "minutes", [Of("bytes", sample => sample.RowBytes)]),
            new Panel("dead rows for each live one", "minutes", [Of("dead rows", sample => sample.DeadRows)]),
            new Panel("p99 of placing an order, ms", "minutes", [Of("p99", sample => sample.P99Ms)]));

        Series Of(string name, Func<SoakSample, double> of) => new(name, [.. samples.Select(sample => (sample.Minutes, of(sample)))]);
    }
}
