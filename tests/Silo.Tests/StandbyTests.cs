using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Npgsql;
using Xunit.Abstractions;

namespace Cafeteria.Tests;

/// <summary>Two processes on one database: one serves, the other waits.</summary>
public sealed class StandbyTests(ITestOutputHelper output)
{
    /// <summary>Promised for a killed process.</summary>
    private static readonly TimeSpan TakeoverLimit = TimeSpan.FromSeconds(5);

    /// <summary>Where something else is the matter, on a machine that is busy with other things.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task The_second_waits_takes_over_when_the_first_is_killed_and_continues_its_orders()
    {
        await using var first = await RunningCafeteria.OpenAsync();
        await using var second = await LaunchStandbyAsync(first);
        using var client = new CafeteriaClient(second);
        var student = (await first.AdmitAsync("standby", 1))[0];
        var dish = await first.AddDishAsync("standby", 100);

        var refused = await client.PlaceAsync(student, "standby-0", new Line(dish, 1));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "unavailable"), (refused.Status, refused.Code));
        var orders = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
            (await first.Client.PlaceAsync(student, string.Create(CultureInfo.InvariantCulture, $"standby-{i}"), new Line(dish, 1))).Value));
        Assert.False(await second.IsReadyAsync(), "Two serve at once.");

        var killed = Stopwatch.GetTimestamp();
        first.Silo.Kill();
        await second.WaitUntilReadyAsync(TakeoverLimit);
        var ready = Stopwatch.GetElapsedTime(killed);
        var placed = await client.PlaceAsync(student, "standby-after", new Line(dish, 1));
        output.WriteLine($"Takeover: ready after {ready.TotalSeconds:F2} s, the first order accepted after {Stopwatch.GetElapsedTime(killed).TotalSeconds:F2} s.");

        Assert.True(placed.Status is HttpStatusCode.Accepted, placed.Body);
        var again = await client.PlaceAsync(student, "standby-7", new Line(dish, 1));
        Assert.True(again.Replayed, again.Body);
        Assert.Equal(orders[7].Id, again.Value.Id);
        Assert.Equal(21, Assert.Single(await RunningCafeteria.SettleAsync(client, first.Manager, second, dish)).Sold);
        foreach (var order in orders)
            Assert.Equal("completed", (await client.GetOrderAsync(student, order.Id)).Value.Status);
    }

    [Fact]
    public async Task A_graceful_stop_of_the_first_hands_over_too()
    {
        await using var first = await RunningCafeteria.OpenAsync();
        await using var second = await LaunchStandbyAsync(first);

        await first.Silo.StopAsync();
        await second.WaitUntilReadyAsync(Patience);
    }

    /// <summary>
    /// Frozen for longer than everything, and nobody takes its lock away: the second serves all the same, and what the first is
    /// asked to do while it sleeps must not be done when it wakes.
    /// </summary>
    [Fact]
    public async Task A_first_that_is_frozen_is_replaced_and_when_it_wakes_it_writes_nothing_and_ends()
    {
        await using var first = await RunningCafeteria.OpenAsync();
        await using var second = await LaunchStandbyAsync(first);
        using var client = new CafeteriaClient(second);
        var student = (await first.AdmitAsync("sleeper", 1))[0];
        var dish = await first.AddDishAsync("sleeper", 100);
        _ = (await first.Client.PlaceAsync(student, "sleeper-awake", new Line(dish, 1))).Value;

        first.Silo.Freeze();
        var asked = Enumerable.Range(0, 20).Select(i => TryPlaceAsync(first.Client, student, $"sleeper-{i}", dish)).ToArray();
        await second.WaitUntilReadyAsync(Patience);
        var between = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => client.PlaceAsync(student, $"between-{i}", new Line(dish, 1))));
        Assert.All(between, answer => Assert.True(answer.Status is HttpStatusCode.Accepted, answer.Body));
        Assert.All(asked, question => Assert.False(question.IsCompleted));
        first.Silo.Thaw();

        var answers = await Task.WhenAll(asked);
        Assert.DoesNotContain(answers, answer => answer is { Succeeded: true });
        Assert.Equal(3, await first.Silo.WaitForExitAsync(TimeSpan.FromSeconds(15)));
        Assert.Equal(1, first.Silo.Log.Count("Another process has served since"));

        // Of its promises nothing is there: each key is new to the one that serves.
        for (var i = 0; i < answers.Length; i++)
        {
            var answer = await client.PlaceAsync(student, $"sleeper-{i}", new Line(dish, 1));
            Assert.True(answer.Status is HttpStatusCode.Accepted && !answer.Replayed, answer.Body);
        }

        Assert.Equal(41, Assert.Single(await RunningCafeteria.SettleAsync(client, first.Manager, second, dish)).Sold);
    }

    /// <summary>
    /// The lock's connection dies on the server's side, and the first does not hear of it for two seconds: the network's
    /// worst. Meanwhile it is awake, busy, and its other connections work. Only the epoch in its statements stops it.
    /// </summary>
    [Fact]
    public async Task A_first_that_does_not_know_that_it_lost_its_lock_can_write_nothing_once_the_second_serves()
    {
        var direct = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var network = new BrokenNetwork(direct);
        await using var first = await RunningCafeteria.OpenAsync(network.ConnectionString);
        await using var second = await LaunchStandbyAsync(first, direct);
        using var client = new CafeteriaClient(second);
        var students = await first.AdmitAsync("zombie", 8);
        var dish = await first.AddDishAsync("zombie", 100_000);
        using var stop = new CancellationTokenSource();
        var accepted = new ConcurrentDictionary<string, (long Asked, Order Order)>();
        var insisting = Task.WhenAll(students.Select(async student =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var (key, asked) = (string.Create(CultureInfo.InvariantCulture, $"{student.Login}-{i}"), Stopwatch.GetTimestamp());
                if (await TryPlaceAsync(first.Client, student, key, dish) is { Succeeded: true } answer)
                    accepted[key] = (asked, answer.Value);
            }
        }));
        await Eventually.TrueAsync(() => Task.FromResult(accepted.Count > 50), TimeSpan.FromSeconds(20), () => "orders should be accepted by the first");

        await using var source = NpgsqlDataSource.Create(direct);
        var mine = await EpochAsync(source);
        network.LoseLeader();
        await Eventually.TrueAsync(async () => await EpochAsync(source) > mine, Patience, () => "the second should lead");
        var deposed = Stopwatch.GetTimestamp();
        await second.WaitUntilReadyAsync(Patience);
        var between = await Task.WhenAll(students.Select(student => client.PlaceAsync(student, $"{student.Login}-second", new Line(dish, 1))));
        Assert.All(between, answer => Assert.True(answer.Status is HttpStatusCode.Accepted, answer.Body));
        Assert.Equal(3, await first.Silo.WaitForExitAsync(TimeSpan.FromSeconds(15)));
        await stop.CancelAsync();
        await insisting;

        Assert.DoesNotContain(accepted.Values, order => order.Asked > deposed);
        var stock = Assert.Single(await RunningCafeteria.SettleAsync(client, first.Manager, second, dish));
        foreach (var (_, order) in accepted.Values)
            Assert.Equal("completed", (await client.GetOrderAsync(first.Manager, order.Id)).Value.Status);
        // Of those whose answer was lost, some may stand besides; none twice.
        var unheard = stock.Sold - accepted.Count - between.Length;
        Assert.InRange(unheard, 0, students.Length);
    }

    [Fact]
    public async Task One_that_lost_its_lock_to_nobody_serves_on_without_a_restart()
    {
        await using var cafeteria = await RunningCafeteria.OpenAsync();
        var student = (await cafeteria.AdmitAsync("alone", 1))[0];
        var dish = await cafeteria.AddDishAsync("alone", 10);
        var placed = (await cafeteria.Client.PlaceAsync(student, "alone", new Line(dish, 1))).Value;

        await TakeLockAwayAsync(cafeteria);
        await Eventually.TrueAsync(
            () => Task.FromResult(cafeteria.Silo.Log.Count("This process serves") == 2),
            TimeSpan.FromSeconds(10),
            () => $"it should have the lock again\n{cafeteria.Silo.Log.TailAsync().Result}");
        await cafeteria.Silo.WaitUntilReadyAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(1, cafeteria.Silo.Log.Count("This process is passive"));
        Assert.Equal(placed.Id, (await cafeteria.Client.PlaceAsync(student, "alone", new Line(dish, 1))).Value.Id);
        _ = (await cafeteria.Client.PlaceAsync(student, "alone-again", new Line(dish, 1))).Value;
        Assert.Equal(2, Assert.Single(await cafeteria.SettleAsync(dish)).Sold);
    }

    private static async Task<SiloProcess> LaunchStandbyAsync(RunningCafeteria first, string? connectionString = null)
    {
        var settings = first.Silo.Settings with { Port = null };
        var second = SiloProcess.Launch(settings with { ConnectionString = connectionString ?? settings.ConnectionString });
        await second.WaitForAsync("/healthz", HttpStatusCode.OK, SiloProcess.StartLimit);
        await second.WaitForAsync("/readyz", HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(10));
        return second;
    }

    private static async Task<long> EpochAsync(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand("select epoch from leader");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<Answer<Order>?> TryPlaceAsync(CafeteriaClient client, Session student, string key, string dish)
    {
        try
        {
            return await client.PlaceAsync(student, key, new Line(dish, 1));
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>As when the network between them broke, and the database was the first to notice.</summary>
    private static async Task TakeLockAwayAsync(RunningCafeteria cafeteria)
    {
        await using var source = NpgsqlDataSource.Create(cafeteria.Silo.Settings.ConnectionString!);
        await using var command = source.CreateCommand(
            """
            select pg_terminate_backend(a.pid) from pg_stat_activity a join pg_locks l using (pid)
            where a.datname = current_database() and l.locktype = 'advisory' and l.granted and a.pid <> pg_backend_pid()
            """);
        Assert.Equal(true, await command.ExecuteScalarAsync());
    }
}
