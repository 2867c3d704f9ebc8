using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Cafeteria.Bench.Rush;

/// <summary>
/// More and more tries to order, up to ten times what the server can take, and calm again; meanwhile the kitchen and the
/// manager go on asking. Goodput is what was accepted in a second.
/// </summary>
internal static class OverloadRun
{
    /// <summary>Of each: until it is as it stays.</summary>
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(2);

    private static readonly double[] Factors = [0.5, 1, 2, 5, 10, 0.5];

    /// <summary>As many seconds' orders are wanted by the crowd that presses in one.</summary>
    private const int CrowdSeconds = 10;

    public static async Task<int> RunAsync(RushOptions options)
    {
        await using var postgres = await Postgres.StartAsync(options.Disk);
        var database = await postgres.CreateDatabaseAsync("overload");
        var settings = Settings.ForSilo(database);
        foreach (var (name, limit) in Insistent.Limits)
            settings[name] = limit;
        await using var silo = await ServerProcess.StartAsync("src/Silo", settings);
        var students = await Students.SignWithKeyOfAsync(database, 2_000);
        using var http = new HttpClient { BaseAddress = silo.Address };
        var kitchen = new Kitchen(http, students.ManagerToken);
        await kitchen.SetUpAsync(1_000_000);
        var before = await kitchen.AccountsAsync();
        var tally = new Tally();

        void Acknowledge(Acknowledged order) => tally.Accept(order, false);

        Console.Error.WriteLine("warming, and finding what it can do …");
        var loop = new ClosedLoop(silo.Address, students, Choice.Hot, keyed: true, expectedStatus: 202);
        var capacity = await Steady.FindAsync(duration => loop.RunAsync(options.Connections, duration, Acknowledge));

        var crowd = await CrowdAsync(silo.Address, students, (int)(capacity * CrowdSeconds), Acknowledge, http);
        var (best, failed) = (0.0, crowd.Failed);

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"capacity, {options.Connections} connections in a closed loop: {capacity:0}/s"));
        Console.WriteLine("tries: sent in a second, by people who never ordered and by those who were sent away and come again, whoever still waits");
        Console.WriteLine($"{"wished",10}{"tries/s",10}{"of capacity",12}{"goodput/s",11}{"sent away/s",13}{"failed",8}{"answer p50",12}{"p99 ms",9}{"refusal p99",13}{"staff p50",11}{"p99 ms",9}{"generator",11}{"a gc ms",9}{"in all s",9}");
        var rows = new List<object>();
        var curve = new List<Point>();
        foreach (var factor in Factors)
        {
            using var over = new CancellationTokenSource();
            var calm = await Metrics.ReadAsync(silo.Address);
            var staff = AskAsStaffAsync(http, students.ManagerToken, over.Token);
            var result = await new OpenLoop(silo.Address, students, Choice.Hot) { Lead = Lead }.RunAsync(capacity * factor, Lead + TimeSpan.FromSeconds(options.Seconds), Acknowledge);
            await over.CancelAsync();
            var waited = await staff;
            var after = await Metrics.ReadAsync(silo.Address);
            var (collections, paused) = (after.Collections - calm.Collections, after.Paused - calm.Paused);
            var (tries, goodput) = (result.TriesPerSecond, result.AcceptedPerSecond);
            best = Math.Max(best, goodput);
            failed += result.Failed;
            curve.Add(new Point(factor, tries, tries / capacity, goodput, waited.At(0.99).TotalMilliseconds, Ms(result.Answering, 0.99)));
            rows.Add(new { factor, tries, offered = tries / capacity, unsent = result.Unsent, goodput, share = goodput / best, answerP99 = result.Answering.At(0.99).TotalMilliseconds, staffP99 = waited.At(0.99).TotalMilliseconds, failed = result.Failed });
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{capacity * factor,10:0}{tries,10:0}{tries / capacity,12:0.0}{goodput,11:0}{result.SentAway / result.Counted.TotalSeconds,13:0}{result.Failed,8}{Ms(result.Answering, 0.5),12:0.0}{Ms(result.Answering, 0.99),9:0.0}{Ms(result.Refusing, 0.99),13:0.0}{Ms(waited, 0.5),11:0.0}{Ms(waited, 0.99),9:0.0}{result.Generator,11:0.00}{paused / Math.Max(1, collections) * 1_000,9:0.0}{paused,9:0.00}"));
        }

        var insistent = await Insistent.RunAsync(silo.Address, students, capacity * Factors[^1], Lead, TimeSpan.FromSeconds(options.Seconds), Acknowledge);
        failed += insistent.Others.Failed + insistent.One.Failed;

        var wrong = await WrongAsync(kitchen, before, tally);
        if (failed > 0)
            wrong.Add($"{failed} tries had another answer than accepted or overloaded\n{silo.LastLines()}");
        Console.WriteLine(JsonSerializer.Serialize(rows));
        var findings = new Findings("dotnet run -c Release --project bench/Rush -- overload", options.Images);
        findings.Wrong.AddRange(wrong);
        Insistent.Describe(findings, insistent, curve[^1].Answer);
        Conclude(findings, curve, crowd, capacity);
        return wrong.Count == 0 ? 0 : 1;

        static double Ms(Latencies times, double share) => times.Count == 0 ? 0 : times.At(share).TotalMilliseconds;
    }

    /// <param name="Tries">Sent in a second.</param>
    /// <param name="Offered">The same, of what it can do: less than <paramref name="Factor"/> when the generator cannot.</param>
    private sealed record Point(double Factor, double Tries, double Offered, double Goodput, double Staff, double Answer);

    private sealed record Crowd(int People, int Failed, double Seconds, double TriesEach, Latencies Waiting, double Staff);

    /// <summary>A crowd that wants what can be served in ten seconds presses in one; each comes back when told to.</summary>
    private static async Task<Crowd> CrowdAsync(Uri server, Students students, int people, Action<Acknowledged> acknowledge, HttpClient http)
    {
        Console.Error.WriteLine($"{people} people press within a second …");
        using var over = new CancellationTokenSource();
        var staff = AskAsStaffAsync(http, students.ManagerToken, over.Token);
        var result = await new OpenLoop(server, students, Choice.Hot).RunCrowdAsync(people, TimeSpan.FromSeconds(1), acknowledge);
        await over.CancelAsync();
        return new Crowd(result.Accepted, result.Failed, result.Counted.TotalSeconds, result.Tries / (double)result.Accepted, result.Waiting, (await staff).At(0.99).TotalMilliseconds);
    }

    /// <summary>The picture, the page's rows, and in the last line what is left of the best at the most that was offered.</summary>
    private static void Conclude(Findings findings, List<Point> curve, Crowd crowd, double capacity)
    {
        var rise = curve[..^1].OrderBy(one => one.Tries).ToList();
        var (best, worst) = (curve.Max(one => one.Goodput), curve.MaxBy(one => one.Factor)!);
        findings.Row($"tries a second, meant to be {Findings.Each(curve.Select(one => $"{one.Factor}×"))} of what it can do", Findings.Each(curve.Select(one => Findings.N(one.Tries))));
        findings.Row($"accepted a second at {Findings.Each(curve.Select(one => $"{Findings.N(one.Offered, 1)}×"))} of what it can do", Findings.Each(curve.Select(one => Findings.N(one.Goodput))));
        findings.Row("staff's p99 meanwhile, ms", Findings.Each(curve.Select(one => Findings.N(one.Staff))));
        findings.Row($"accepted at {Findings.N(worst.Offered, 1)}×, of the best", $"{Findings.N(worst.Goodput / best, 2)} (goal 0.90)");
        var served = crowd.People / crowd.Seconds / capacity;
        findings.Row($"{Findings.N(crowd.People)} people press within a second: all served after", $"{Findings.N(crowd.Seconds, 1)} s, {Findings.N(served, 2)} of the best (goal 0.90); {Findings.N(crowd.TriesEach, 1)} tries each; waited p50, p99: {Findings.N(crowd.Waiting.At(0.5).TotalSeconds, 1)}, {Findings.N(crowd.Waiting.At(0.99).TotalSeconds, 1)} s; staff's p99 {Findings.N(crowd.Staff)} ms");
        findings.Draw("overload", "Orders accepted and staff's waiting against orders offered",
            new Panel("accepted, orders/s", "tries/s",
                [new("accepted", [.. rise.Select(one => (one.Tries, one.Goodput))]), new("best", [(rise[0].Tries, best), (rise[^1].Tries, best)], Dashed: true)]),
            new Panel("p99, ms", "tries/s",
                [new("staff", [.. rise.Select(one => (one.Tries, one.Staff))]), new("an order's answer", [.. rise.Select(one => (one.Tries, one.Answer))])]));
        findings.Conclude();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{{\"goodput\":{worst.Goodput / best:0.000},\"offered\":{worst.Offered:0.00},\"wished\":{worst.Factor:0}}}"));
    }

    /// <summary>By the accounts alone: each acknowledged portion is sold, and none beside them. Rush itself asks for every order.</summary>
    private static async Task<List<string>> WrongAsync(Kitchen kitchen, Dictionary<string, Account> before, Tally tally)
    {
        var sold = tally.Orders.Values.SelectMany(order => order.Lines).GroupBy(line => line.ItemId)
            .ToDictionary(lines => lines.Key, lines => lines.Sum(line => line.Quantity), StringComparer.Ordinal);
        List<string> wrong = [.. tally.Wrong];
        foreach (var (item, account) in await kitchen.AccountsAsync())
            if (!account.Balances || account.Sold + account.Held != before[item].Sold + sold.GetValueOrDefault(item))
                wrong.Add($"{item} has {account}, acknowledged were {sold.GetValueOrDefault(item)}");
        return wrong;
    }

    /// <summary>Both pages every tenth of a second, whether the last were answered or not; timed from when they were due.</summary>
    private static async Task<Latencies> AskAsStaffAsync(HttpClient http, string token, CancellationToken over)
    {
        var waited = new Latencies();
        List<Task> asked = [];
        var started = Stopwatch.GetTimestamp();
        for (var due = TimeSpan.Zero; !over.IsCancellationRequested; due += TimeSpan.FromMilliseconds(100))
        {
            var early = due - Stopwatch.GetElapsedTime(started);
            if (early > TimeSpan.Zero)
                await Task.Delay(early, CancellationToken.None);
            var from = due;
            foreach (var path in (string[])["api/v1/kitchen/stations/main/tickets", "api/v1/stock"])
                asked.Add(Task.Run(() => AskAsync(path, from), CancellationToken.None));
        }

        await Task.WhenAll(asked);
        return waited;

        async Task AskAsync(string path, TimeSpan due)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await http.SendAsync(request, CancellationToken.None);
            await response.Content.ReadAsByteArrayAsync(CancellationToken.None);
            waited.Record(response.IsSuccessStatusCode ? Stopwatch.GetElapsedTime(started) - due : TimeSpan.FromSeconds(30));
        }
    }
}
