using System.Diagnostics;
using Cafeteria.Persistence;
using Cafeteria.Stock;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using static Cafeteria.Bench.Rush.Findings;

namespace Cafeteria.Bench.Rush;

/// <summary>One item, ordered a hundred thousand times in one rush: does anything of it grow, and how long does it take to be taken over?</summary>
internal sealed class HotItem(Postgres postgres, Findings findings, int connections)
{
    private const int Orders = 100_000, Chunk = 10_000, Repeats = 7;

    /// <summary>Rows of a second of the rush, which is as long as they may wait to be counted, and somewhat more.</summary>
    private const int ASecond = 10_000;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);
    private static readonly string Item = Appetite.ItemIds[0];
    private static readonly string Head = $"from stock_head h where tenant = 'iut' and item = '{Item}'";

    public async Task RunAsync()
    {
        await using var installation = await Installation.StartAsync(postgres, "growth", dishes: 1);
        await installation.OrderAsync(Choice.Hot, TimeSpan.FromSeconds(12), connections);
        List<(double X, double Y)> speeds = [], waits = [];
        List<int> held = [];
        for (var ordered = Chunk; ordered <= Orders; ordered += Chunk)
        {
            var result = await installation.OrderAsync(Choice.Hot, TimeSpan.FromMinutes(2), connections, most: Chunk);
            speeds.Add((ordered, result.PerSecond));
            waits.Add((ordered, result.Latencies.At(0.99).TotalMilliseconds));
            held.Add(await HeldAsync(installation));
            Line(new { series = "hot", ordered, perSecond = result.PerSecond, p99Ms = waits[^1].Y, held = held[^1] });
        }

        var heaps = await ForgetAsync(installation);
        await findings.BalanceAsync("hot", installation);
        await installation.KillAsync();
        var (uncounted, all) = (await RowsAsync(installation, "folded_through"), await RowsAsync(installation, "0"));
        var left = await installation.AskAsync<string>($"select format('sold = %s, folded_through = %s', sold, folded_through) {Head}");
        var asLeft = await TakeOverAsync(installation, left);
        var (sold, through) = (await installation.AskAsync<int>($"select sold {Head}"), await installation.AskAsync<long>($"select folded_through {Head}"));
        // A kill in the middle of a rush, just before its rows were to be counted.
        var back = await installation.AskAsync<long>($"select seq from stock_ledger where tenant = 'iut' and item = '{Item}' and kind in ('sold', 'returned') order by seq desc offset {ASecond} limit 1");
        var since = await installation.AskAsync<long>($"select sum(case kind when 'sold' then quantity else -quantity end) from stock_ledger where tenant = 'iut' and item = '{Item}' and kind in ('sold', 'returned') and seq > {back}");
        var inTheMiddle = await TakeOverAsync(installation, $"sold = {sold - since}, folded_through = {back}");
        var everything = await TakeOverAsync(installation, "sold = 0, folded_through = 0");
        Line(new { series = "hot", takeOverMs = asLeft, uncounted, takeOverInTheMiddleMs = inTheMiddle, aSecond = ASecond, takeOverOfEverythingMs = everything, rows = all });
        if (await installation.AskAsync<int>($"select sold {Head}") != sold || await installation.AskAsync<long>($"select folded_through {Head}") != through)
            findings.Wrong.Add("hot: counting the ledger again came to another sum");

        findings.Row($"one item ordered {N(Orders)} times: orders/s of the first and the last {N(Chunk)}", $"{N(speeds[0].Y)}, {N(speeds[^1].Y)}");
        findings.Row($"held of it, a moment after each {N(Chunk)}: what it keeps of an order in memory, beside attempts released before they came", Each(held.Select(one => N(one))));
        findings.Row($"heap of the silo for each of its {N(all)} orders when their grains are gone, at most: their tickets, and garbage of theirs that is not collected yet", $"{N(heaps, 2)} KB");
        findings.Row($"taking it over after a crash, {N(uncounted)} rows not yet counted", $"{N(asLeft, 1)} ms (goal 50)");
        findings.Row($"the same, {N(ASecond)} rows not yet counted, as in the middle of the rush", $"{N(inTheMiddle, 1)} ms (goal 50)");
        findings.Row($"the same, were none of its {N(all)} rows counted", $"{N(everything, 1)} ms");
        findings.Draw("growth-hot", "Orders a second and p99 while one item is ordered 100,000 times",
            new Panel("orders/s", "orders of the one item so far", [new("orders/s", speeds)]),
            new Panel("p99, ms", "orders of the one item so far", [new("p99", waits)]));
    }

    /// <summary>Once all are settled, which takes no longer than a moment; else what is left.</summary>
    private static async Task<int> HeldAsync(Installation installation)
    {
        var until = DateTime.UtcNow + Settling;
        while (true)
        {
            var held = (await installation.Kitchens[0].AccountsAsync())[Item].Held;
            if (held == 0 || DateTime.UtcNow > until)
                return held;
            await Task.Delay(200);
        }
    }

    /// <summary>
    /// Until the grains of the orders have left the memory, but for those that are being cooked. What is alive then is the item's, and the kitchen's queue of
    /// tickets, which a hundred cooks would need a quarter of an hour for. KB for each order.
    /// </summary>
    private static async Task<double> ForgetAsync(Installation installation)
    {
        var until = DateTime.UtcNow + TimeSpan.FromMinutes(5);
        while ((await installation.Silo.MetricsAsync()).Activations > installation.Accepted / 10 && DateTime.UtcNow < until)
            await Task.Delay(2_000);
        await installation.ChurnAsync(10);
        var (heap, grains) = await installation.AliveAsync();
        Line(new { series = "hot", heapMb = heap / 1e6, grains, orders = installation.Accepted });
        return heap / 1024 / Math.Max(1, installation.Accepted);
    }

    /// <summary>The median, in ms, of what a silo does when it activates the item; each time on the state that <paramref name="given"/> sets.</summary>
    private static async Task<double> TakeOverAsync(Installation installation, string given)
    {
        await using var database = await Database.OpenAsync(new DatabaseOptions { ConnectionString = installation.Database }, NullLoggerFactory.Instance);
        await using var services = new ServiceCollection().AddCafeteriaPersistence(database).BuildServiceProvider();
        var books = services.GetRequiredService<IStockBooks>();
        await books.TakeOverAsync("iut", Appetite.SoldOutDish, CancellationToken.None); // the connection and the statements are made
        List<double> times = [];
        for (var n = 0; n < Repeats; n++)
        {
            await installation.AskAsync<long>($"with changed as (update stock_head set {given} where tenant = 'iut' and item = '{Item}' returning 1) select count(*) from changed");
            var started = Stopwatch.GetTimestamp();
            await books.TakeOverAsync("iut", Item, CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return times.Order().ElementAt(Repeats / 2);
    }

    private static Task<long> RowsAsync(Installation installation, string after) => installation.AskAsync<long>(
        $"select count(*) from stock_ledger where tenant = 'iut' and item = '{Item}' and kind in ('sold', 'returned') and seq > (select {after} {Head})");
}
