using System.Globalization;
using System.Text.Json;

namespace Cafeteria.Bench.Rush;

/// <summary>What a comparison found, for people, and in its last line for machines.</summary>
internal sealed class ComparisonTable(Comparison comparison, TextWriter output)
{
    public void Write()
    {
        var medians = comparison.Measurements.GroupBy(one => (one.Contender, one.Load)).ToDictionary(group => group.Key, Measurement.Median);
        output.WriteLine("Medians. CPU, allocations and WAL for each answer, which is of accepting: hardly an order gets further here (its whole life: Rush capacity).");
        output.WriteLine($"The disk: 8 KB and fdatasync take {N(DiskMs, 2)} ms.");
        output.WriteLine();
        Row("", "", "per s", "spread", "p50 ms", "p99 ms", "CPU µs", "generator", "server", "PostgreSQL", "alloc KB", "WAL B", "trans.");
        foreach (var ((contender, load), median) in medians)
        {
            var speeds = comparison.Measurements.Where(one => one.Contender == contender && one.Load == load).Select(one => one.PerSecond).ToArray();
            var name = contender == Comparison.Plain ? $"{contender} ({comparison.BestPool[load]} connections)" : contender;
            Row(name, load, N(median.PerSecond), $"{N(speeds.Min())}–{N(speeds.Max())}", N(median.P50.TotalMilliseconds, 1), N(median.P99.TotalMilliseconds, 1),
                N(median.Cpu), N(median.Generator), N(median.Server), N(median.Database), N(median.Allocated / 1024, 1), N(median.WalBytes), N(median.Transactions, 3));
        }

        output.WriteLine();
        foreach (var (contender, rows) in comparison.RowsPerOrder)
            output.WriteLine($"{contender}: {N(Middle(rows), 2)} row writes for each order accepted");
        output.WriteLine();

        WriteStages(medians);
        Dictionary<string, double> ratios = [];
        Ratio("hot", (Comparison.Silo, Comparison.Hot), (Comparison.Plain, Comparison.Hot), 5);
        Ratio("spread", (Comparison.Silo, Comparison.Spread), (Comparison.Plain, Comparison.Spread), 2);
        Ratio("noop", (Comparison.Silo, Comparison.Hot), (Comparison.Nothing, Comparison.Post), 0.3);
        Ratio("refusal", (Comparison.Silo, Comparison.Refusal), (Comparison.Nothing, Comparison.Post), 0.7);
        Ratio("refusalKeyed", (Comparison.Silo, Comparison.RefusalKeyed), (Comparison.Nothing, Comparison.Post), 0.35);
        foreach (var fault in comparison.Wrong)
            output.WriteLine($"WRONG: {fault}");
        ratios["fdatasyncMs"] = Math.Round(DiskMs, 3);
        output.WriteLine(JsonSerializer.Serialize(ratios));

        void Ratio(string name, (string, string) ours, (string, string) theirs, double goal)
        {
            if (!medians.TryGetValue(theirs, out var other))
                return;
            ratios[name] = Math.Round(medians[ours].PerSecond / other.PerSecond, 3);
            output.WriteLine($"{name,-13} {N(ratios[name], 2),6}   goal {N(goal, 2)}   {(ratios[name] >= goal ? "met" : "not met")}");
        }
    }

    private double DiskMs => Middle(comparison.DiskWaits.Select(wait => wait.TotalMilliseconds));

    private static double Middle(IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    /// <summary>What the client waits for beyond it is before the request begins in the process: its sockets, and their queue for a thread.</summary>
    private void WriteStages(Dictionary<(string Contender, string Load), Measurement> medians)
    {
        output.WriteLine($"Where an order's time goes, medians in ms ({Comparison.Silo}, one order in {Stages.OneIn}; they do not add up, as medians do not):");
        Row(["", "", .. Stages.Names, "client"]);
        foreach (var ((contender, load), median) in medians.Where(pair => pair.Value.Stages.Count > 0))
            Row([contender, load, .. Stages.Names.Select(name => N(median.Stages.GetValueOrDefault(name).TotalMilliseconds, 2)), N(median.P50.TotalMilliseconds, 2)]);
        output.WriteLine();
    }

    private void Row(params string[] cells) =>
        output.WriteLine(string.Concat(cells.Select((cell, n) => n == 0 ? cell.PadRight(27) : n == 1 ? cell.PadRight(14) : cell.PadLeft(n == 3 ? 16 : 11))));

    private static string N(double number, int decimals = 0) => number.ToString($"N{decimals}", CultureInfo.InvariantCulture);
}
