using System.Globalization;
using System.Net;
using Xunit.Abstractions;

namespace Cafeteria.Tests;

/// <summary>
/// A small rush on two real processes and a real database, with faults at random, and the books checked after each round.
/// <c>FAULT_ROUNDS=100 FAULT_SEED=7 dotnet test tests/Faults.Tests --filter FaultTests</c> is the long form; without them two
/// rounds of other faults each time, from a seed that is drawn and printed: all of them at once would take minutes of every build.
/// </summary>
public sealed class FaultTests(ITestOutputHelper output)
{
    private const int Students = 8;
    private const int FaultsPerRound = 4;

    [Fact]
    public async Task Whatever_happens_to_processes_and_database_the_books_balance()
    {
        var rounds = Number("FAULT_ROUNDS");
        var seed = Number("FAULT_SEED") ?? Random.Shared.Next();
        var random = new Random(seed);
        Say($"FAULT_SEED={seed}");
        await using var server = await PostgresServer.StartAsync();
        using var disk = SmallDisk.TryMount(server, "disk-of-tables");
        using var logDisk = SmallDisk.TryMount(server, "disk-of-the-log");
        Fault[] kinds = Enum.GetValues<Fault>();
        if (disk is null || logDisk is null)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") is "true", "A build machine must be able to mount a small disk (as root, or by sudo): else full ones are never tried.");
            Say("A disk cannot be mounted here: full ones are not tried.");
            kinds = [.. kinds.Except([Fault.DiskFull, Fault.LogDiskFull])];
        }
        else
        {
            await logDisk.TakeLogAsync(server);
        }

        using var clock = MachineClock.Find();
        if (clock is null)
        {
            Say("libfaketime is not installed here: the machine's clock is not set.");
            kinds = [.. kinds.Except([Fault.ClockSet])];
        }

        await using var pair = await Pair.OpenAsync(disk is null ? await server.CreateDatabaseAsync() : await disk.CreateDatabaseAsync(server), clock?.Environment);
        var client = pair.ClientOf(await pair.ServingAsync());
        var students = await Task.WhenAll(Enumerable.Range(1, Students).Select(number => AdmitAsync(client, $"fault-{number}")));
        string[] dishes = [.. Enumerable.Range(1, 3).Select(number => $"fault-{number}")];
        foreach (var dish in dishes)
            await client.AddDishAsync(pair.Manager, dish, 500_000);

        var orders = new Diners(pair.Clients, students, dishes, seed);
        var faults = new Faults(server, disk, logDisk, clock, pair, orders, random);
        orders.Start();
        random.Shuffle(kinds);
        Fault[][] plan = rounds is { } many
            ? [.. Enumerable.Range(0, many).Select(_ => random.GetItems(kinds, FaultsPerRound))]
            : [kinds[..FaultsPerRound], kinds[FaultsPerRound..(2 * FaultsPerRound)]];
        for (var round = 0; round < plan.Length; round++)
        {
            var before = orders.Acknowledged.Count;
            foreach (var fault in plan[round])
            {
                await Task.Delay(random.Next(200, 700));
                await faults.HappenAsync(fault);
            }

            await Task.Delay(random.Next(200, 700));
            await orders.CloseAsync(TimeSpan.FromSeconds(60));
            var wrong = await new Books(pair, orders, dishes).WrongAsync();
            Say($"Round {round + 1}: {string.Join(", ", plan[round])}; {orders.Acknowledged.Count - before} orders, {orders.LastWords.Count} followed.");
            Assert.True(wrong.Count == 0, $"FAULT_SEED={seed}, round {round + 1} ({string.Join(", ", plan[round])}):\n{string.Join('\n', wrong)}");
            Assert.True(orders.Acknowledged.Count - before >= 20, $"Only {orders.Acknowledged.Count - before} orders in round {round + 1}: hardly a load (FAULT_SEED={seed}).");
            orders.Start();
        }

        await orders.CloseAsync(TimeSpan.FromSeconds(60));
    }

    private void Say(string text)
    {
        output.WriteLine(text);
        Console.WriteLine(text);
    }

    private static async Task<Session> AdmitAsync(CafeteriaClient client, string login)
    {
        var registered = await client.RegisterAsync(login, "Secret-1234");
        Assert.True(registered.Status is HttpStatusCode.Created, registered.Body);
        return await client.SignInAsync(login, "Secret-1234");
    }

    private static int? Number(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : null;
}
