using System.Security.Cryptography;
using Npgsql;

namespace Cafeteria.Bench.Rush;

/// <param name="WarmUp">Of every contender, before it is first measured or looked at.</param>
/// <param name="Change">Under each further load.</param>
/// <param name="Look">At each number of connections.</param>
/// <param name="Remembering">Whether there is time for a no-op that remembers verified tokens, too.</param>
internal sealed record Pace(int Rounds, TimeSpan WarmUp, TimeSpan Change, TimeSpan Measure, TimeSpan Look, int Connections, bool Remembering)
{
    public static Pace Quick(int rounds, int connections) =>
        new(rounds, TimeSpan.FromSeconds(11), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1.6), connections, false);

    public static Pace Full(int rounds, int connections) =>
        new(rounds, TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(8), connections, true);
}

/// <summary>
/// The product, the plain good design and a POST that does nothing, in turns on one machine and one PostgreSQL, each on a
/// fresh database. In turns, because a machine is not equally fast all the time.
/// </summary>
internal sealed class Comparison(Pace pace, Postgres postgres, bool alone, int history) : IAsyncDisposable
{
    public const string Silo = "cafeteria", Plain = "row lock", Nothing = "no-op", NothingRemembering = "no-op, tokens remembered";
    public const string Hot = "hot", Spread = "spread", Refusal = "refusal", RefusalKeyed = "refusal keyed", Post = "post";

    private const int StudentCount = 1000;
    private const int Portions = 1_000_000;
    private static readonly int[] PoolSizes = [4, 8, 16, 32, 64];

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly Dictionary<string, int> _bestPool = new(StringComparer.Ordinal);

    /// <summary>By load: the most orders a second that each number of connections was seen to make.</summary>
    private readonly Dictionary<string, Dictionary<int, double>> _pools = new(StringComparer.Ordinal);

    public List<Measurement> Measurements { get; } = [];

    /// <summary>By contender, one of each round: rows written for each order it ever accepted, setting up included.</summary>
    public Dictionary<string, List<double>> RowsPerOrder { get; } = new(StringComparer.Ordinal);

    /// <summary>One of each round: what 8 KB and <c>fdatasync</c> take.</summary>
    public List<TimeSpan> DiskWaits { get; } = [];

    public IReadOnlyDictionary<string, int> BestPool => _bestPool;

    /// <summary>Wrong books, in words.</summary>
    public List<string> Wrong { get; } = [];

    public async Task RunAsync()
    {
        for (var round = 1; round <= pace.Rounds; round++)
        {
            Progress($"round {round} of {pace.Rounds}");
            DiskWaits.Add(postgres.DiskWait);
            if (alone)
            {
                await RunSiloAsync();
                continue;
            }

            // Another first each time: what one leaves behind must not always be the same one's burden.
            Func<Task>[] contenders = [RunSiloAsync, RunPlainAsync, RunNothingAsync];
            for (var n = 0; n < contenders.Length; n++)
                await contenders[(n + round - 1) % contenders.Length]();
        }
    }

    public ValueTask DisposeAsync() => postgres.DisposeAsync();

    private async Task RunSiloAsync()
    {
        const string DatabaseName = "bench_silo";
        var database = await postgres.CreateDatabaseAsync(DatabaseName);
        var orders = 0;
        await using (var server = await ServerProcess.StartAsync("src/Silo", Settings.ForSilo(database)))
        {
            var students = await Students.SignWithKeyOfAsync(database, StudentCount);
            NpgsqlConnection.ClearAllPools();
            using var http = new HttpClient { BaseAddress = server.Address };
            var kitchen = new Kitchen(http, students.ManagerToken);
            await kitchen.SetUpAsync(Portions);
            if (history > 0)
                await History.FillAsync(database, history);
            var accepted = new Dictionary<string, int>(StringComparer.Ordinal);
            await MeasureAsync(server, students, Silo, Hot, Choice.Hot, true, 202, pace.WarmUp, accepted);
            await MeasureAsync(server, students, Silo, Spread, Choice.Spread, true, 202, pace.Change, accepted);
            await MeasureAsync(server, students, Silo, Refusal, Choice.SoldOut, false, 422, pace.Change, accepted);
            await MeasureAsync(server, students, Silo, RefusalKeyed, Choice.SoldOut, true, 422, pace.Change, accepted);
            orders = accepted.Values.Sum();
            foreach (var (item, account) in await kitchen.AccountsAsync())
                if (!account.Balances || account.Sold + account.Held != accepted.GetValueOrDefault(item))
                    Wrong.Add($"{Silo}: {item} has {account}, acknowledged were {accepted.GetValueOrDefault(item)}");
        }

        await CountRowsAsync(Silo, DatabaseName, orders);
        await postgres.DropDatabaseAsync(DatabaseName);
    }

    private async Task RunPlainAsync()
    {
        const string DatabaseName = "bench_plain";
        var database = await postgres.CreateDatabaseAsync(DatabaseName);
        var accepted = new Dictionary<string, int>(StringComparer.Ordinal);
        var students = Students.Sign(_key, StudentCount);
        await using (var server = await ServerProcess.StartAsync("bench/RowLock", new Dictionary<string, string>(Settings.ForPlain(_key)) { ["ConnectionStrings__Cafeteria"] = database }))
        {
            await FillAsync(database);
            // Whatever is looked at first must not be the one that is compiled meanwhile.
            await UseAsync(server, PoolSizes[PoolSizes.Length / 2]);
            Add(accepted, await new ClosedLoop(server.Address, students, Choice.Hot, true, 202).RunAsync(pace.Connections, pace.WarmUp));
            foreach (var (load, choice) in ((string, Choice)[])[(Hot, Choice.Hot), (Spread, Choice.Spread)])
            {
                await UseAsync(server, await BestPoolAsync(server, students, load, choice, accepted));
                await MeasureAsync(server, students, Plain, load, choice, true, 202, pace.Change, accepted);
            }

            await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString);
            await using var command = source.CreateCommand("select id, on_hand from items");
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                if (Portions - reader.GetInt32(1) != accepted.GetValueOrDefault(reader.GetString(0)))
                    Wrong.Add($"{Plain}: {reader.GetString(0)} has {reader.GetInt32(1)} left, acknowledged were {accepted.GetValueOrDefault(reader.GetString(0))}");
        }

        await CountRowsAsync(Plain, DatabaseName, accepted.Values.Sum());
        await postgres.DropDatabaseAsync(DatabaseName);
    }

    private async Task CountRowsAsync(string contender, string database, int orders)
    {
        var rows = await postgres.RowsWrittenAsync(database) / Math.Max(1, orders);
        if (!RowsPerOrder.TryAdd(contender, [rows]))
            RowsPerOrder[contender].Add(rows);
    }

    private async Task RunNothingAsync()
    {
        await RunNothingAsync(Nothing, rememberTokens: false);
        if (pace.Remembering)
            await RunNothingAsync(NothingRemembering, rememberTokens: true);
    }

    private async Task RunNothingAsync(string contender, bool rememberTokens)
    {
        var settings = new Dictionary<string, string>(Settings.ForPlain(_key)) { ["RememberTokens"] = rememberTokens.ToString() };
        await using var server = await ServerProcess.StartAsync("bench/NoOp", settings);
        await MeasureAsync(server, Students.Sign(_key, StudentCount), contender, Post, Choice.Hot, true, 202, pace.WarmUp, []);
    }

    /// <summary>All sizes the first time, in no order; the best two again in each further round. The best that was ever seen of each counts.</summary>
    private async Task<int> BestPoolAsync(ServerProcess server, Students students, string load, Choice choice, Dictionary<string, int> accepted)
    {
        var loop = new ClosedLoop(server.Address, students, choice, true, 202);
        if (!_pools.TryGetValue(load, out var seen))
            _pools[load] = seen = [];
        int[] sizes = seen.Count == 0 ? [.. PoolSizes] : [.. seen.OrderByDescending(one => one.Value).Take(2).Select(one => one.Key)];
        Random.Shared.Shuffle(sizes);
        foreach (var size in sizes)
        {
            await UseAsync(server, size);
            Add(accepted, await loop.RunAsync(pace.Connections, pace.Look / 4));
            var result = await loop.RunAsync(pace.Connections, pace.Look);
            Add(accepted, result);
            Progress($"{Plain}, {load}, {size} connections: {result.PerSecond:N0}/s");
            seen[size] = Math.Max(seen.GetValueOrDefault(size), result.PerSecond);
        }

        return _bestPool[load] = seen.MaxBy(one => one.Value).Key;
    }

    private async Task MeasureAsync(
        ServerProcess server, Students students, string contender, string load, Choice choice, bool keyed, int expected, TimeSpan warmUp, Dictionary<string, int> accepted)
    {
        var loop = new ClosedLoop(server.Address, students, choice, keyed, expected);
        Add(accepted, await loop.RunAsync(pace.Connections, warmUp));
        var (measurement, result) = await new Meters(server, postgres).MeasureAsync(contender, load, loop, pace.Connections, pace.Measure);
        Add(accepted, result);
        if (measurement.Failed > 0)
            Wrong.Add($"{contender}, {load}: {measurement.Failed} unexpected answers\n{server.LastLines()}");
        Measurements.Add(measurement);
        Progress($"{contender}, {load}: {measurement.PerSecond:N0}/s, p99 {measurement.P99.TotalMilliseconds:N1} ms, "
            + $"CPU µs: generator {measurement.Generator:N0}, server {measurement.Server:N0}, PostgreSQL {measurement.Database:N0}");
    }

    private static void Add(Dictionary<string, int> accepted, ClosedResult result)
    {
        foreach (var (item, count) in result.Accepted)
            accepted[item] = accepted.GetValueOrDefault(item) + count;
    }

    private static async Task UseAsync(ServerProcess server, int connections)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        using var used = await http.PostAsync(new Uri($"/connections/{connections}", UriKind.Relative), null);
        used.EnsureSuccessStatusCode();
    }

    private static async Task FillAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString);
        await using var command = source.CreateCommand(
            "insert into items (id, name, price, currency, on_hand) select id, 'Dish ' || id, 12000, 'BDT', $2 from unnest($1) as id");
        command.Parameters.AddWithValue(Appetite.ItemIds);
        command.Parameters.AddWithValue(Portions);
        await command.ExecuteNonQueryAsync();
        await using var analyze = source.CreateCommand("analyze items");
        await analyze.ExecuteNonQueryAsync();
    }

    private static void Progress(string text) => Console.Error.WriteLine(text);
}
