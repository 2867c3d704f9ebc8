using System.Diagnostics;
using System.Globalization;

namespace Cafeteria.Bench.Rush;

/// <summary>One rush, from setting up to the balanced books.</summary>
internal static class Evening
{
    public static async Task<int> RunAsync(RushOptions options)
    {
        if (options.Url is not null)
            return await RunAsync(options, options.Url, options.Database);
        await using var postgres = await Postgres.StartAsync(options.Disk);
        var database = await postgres.CreateDatabaseAsync("rush");
        await using var silo = await ServerProcess.StartAsync("src/Silo", Settings.ForSilo(database));
        return await RunAsync(options, silo.Address, database);
    }

    private static async Task<int> RunAsync(RushOptions options, Uri server, string? database)
    {
        using var http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5) })
        {
            BaseAddress = server,
            Timeout = TimeSpan.FromSeconds(10),
        };
        // A tracker stays open for as long as the meal takes, on a connection of its own.
        using var streams = new HttpClient { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };
        var students = database is null
            ? await Students.SignInAsync(http, options.Manager, options.Students)
            : await Students.SignWithKeyOfAsync(database, options.Students);
        var kitchen = new Kitchen(http, students.ManagerToken);
        await kitchen.SetUpAsync(options.Stock);
        var before = await kitchen.AccountsAsync();

        var tally = new Tally();
        await using var followers = new Followers(streams, tally);
        var started = Stopwatch.GetTimestamp();
        if (options.Closed is { } connections)
            await RunClosedAsync(options, server, students, tally, connections);
        else
            await new Diners(http, students, tally, followers, options.Retries).RunAsync(Visit.Draw(
                new Arrivals(options.Shape, options.Rate, TimeSpan.FromSeconds(options.Seconds)), options.Choice, options.Students, options.Readers, options.Followers, options.Seed), now => Progress(now, tally, followers));
        var took = Stopwatch.GetElapsedTime(started);

        Console.Error.WriteLine("balancing the books …");
        var wrong = await new Books(kitchen, tally).BalanceAsync(before, followers);
        new RushReport(options, tally, followers.Count, took, wrong).Write(Console.Out);
        if (tally.Accepted == 0)
            Console.Error.WriteLine("Not one order was accepted.");
        return wrong.Count == 0 && tally.Accepted > 0 ? 0 : 1;
    }

    private static async Task RunClosedAsync(RushOptions options, Uri server, Students students, Tally tally, int connections)
    {
        var loop = new ClosedLoop(server, students, options.Choice, keyed: true, expectedStatus: 202);
        var result = await loop.RunAsync(connections, TimeSpan.FromSeconds(options.Seconds), order => tally.Accept(order, false));
        tally.Take(result);
    }

    private static void Progress(TimeSpan now, Tally tally, Followers followers) => Console.Error.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{now.TotalSeconds,5:0} s  arrived {tally.Arrived,7}  accepted {tally.Accepted,7}  refused {tally.Refused,6}  failed {tally.Failed,4}  in flight {tally.InFlight,5}  trackers {followers.Open,5}  p99 {tally.Placing.At(0.99).TotalMilliseconds,8:0.0} ms"));
}
