using System.Globalization;
using Npgsql;

namespace Cafeteria.Bench.Rush;

/// <summary>A silo on a database of its own, its dishes and students, and what was acknowledged there.</summary>
internal sealed class Installation : IAsyncDisposable
{
    private const int Portions = 1_000_000;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, string> _settings;
    private readonly Dictionary<string, int> _accepted = new(StringComparer.Ordinal);
    private readonly Lock _counting = new();
    private readonly int _dishes;
    private int _unexpected;

    private Installation(string database, int dishes, Dictionary<string, string> settings) => (Database, _dishes, _settings) = (database, dishes, settings);

    /// <summary>The connection string.</summary>
    public string Database { get; }

    public ServerProcess Silo { get; private set; } = null!;

    /// <summary>Of all tenants.</summary>
    public Students Students { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public int Accepted => _accepted.Values.Sum();

    /// <summary>One kitchen a tenant; the first is the default tenant's.</summary>
    public Kitchen[] Kitchens { get; private set; } = [];

    /// <summary>Started, and every dish of every tenant on the menu with more portions than can be sold.</summary>
    /// <param name="more">Settings beside those of a rush.</param>
    public static async Task<Installation> StartAsync(
        Postgres postgres, string name, int dishes = Appetite.Dishes, int tenants = 1, int students = 1_000, int prepSeconds = 2, Dictionary<string, string>? more = null)
    {
        var database = await postgres.CreateDatabaseAsync(name);
        string[] ids = ["iut", .. Enumerable.Range(2, tenants - 1).Select(n => string.Create(CultureInfo.InvariantCulture, $"tenant-{n:00}"))];
        var installation = new Installation(database, dishes, new(Settings.ForSilo(database).Concat(more ?? [])));
        try
        {
            await installation.StartSiloAsync();
            await installation.SetUpAsync(ids, students, prepSeconds);
            return installation;
        }
        catch
        {
            await installation.DisposeAsync();
            throw;
        }
    }

    /// <summary>As after a power cut, if it runs.</summary>
    public async Task KillAsync()
    {
        Http.Dispose();
        await Silo.DisposeAsync();
    }

    /// <summary>A new process on the same database; ready when this returns.</summary>
    public async Task StartSiloAsync()
    {
        Silo = await ServerProcess.StartAsync("src/Silo", _settings);
        Http = new HttpClient { BaseAddress = Silo.Address };
        // What stood at the address before is gone with the process that had it.
        Kitchens = [.. Kitchens.Select(kitchen => kitchen.At(Http))];
    }

    /// <param name="most">Orders; ends before its time when there were so many.</param>
    public async Task<ClosedResult> OrderAsync(Choice choice, TimeSpan duration, int connections, int most = int.MaxValue, Action<Acknowledged>? acknowledged = null)
    {
        var result = await new ClosedLoop(Silo.Address, Students, choice, keyed: true, expectedStatus: 202, _dishes).RunAsync(connections, duration, acknowledged, most);
        foreach (var (item, count) in result.Accepted)
            Count(item, count);
        _unexpected += result.Refused + result.Failed;
        return result;
    }

    /// <param name="lead">From the beginning, until answers count.</param>
    /// <param name="waited">Told of each that is accepted, from its first try's time to its answer.</param>
    /// <param name="enough">Nobody comes any more, before the time is over.</param>
    public async Task<OpenResult> OrderOpenlyAsync(
        Choice choice, double rate, TimeSpan duration, TimeSpan lead = default, Action<TimeSpan>? waited = null, CancellationToken enough = default)
    {
        var result = await new OpenLoop(Silo.Address, Students, choice, _dishes) { Lead = lead }.RunAsync(rate, duration, order => Acknowledge(order.Lines), waited, enough);
        _unexpected += result.Failed;
        return result;
    }

    /// <summary>An order that somebody else placed.</summary>
    public void Acknowledge(Line[] lines)
    {
        foreach (var line in lines)
            Count(line.ItemId, line.Quantity);
    }

    /// <summary>Refusals that leave nothing behind: so much garbage that what remains of the heap is alive.</summary>
    public Task ChurnAsync(double seconds = 2) =>
        new ClosedLoop(Silo.Address, Students, Choice.SoldOut, keyed: false, expectedStatus: 422).RunAsync(16, TimeSpan.FromSeconds(seconds));

    /// <summary>What is alive in the silo, in bytes, and how many grains are.</summary>
    public async Task<(double Heap, double Grains)> AliveAsync()
    {
        var metrics = await Silo.MetricsAsync();
        for (var (since, tries) = (metrics.FullCollections, 0); metrics.FullCollections == since && tries < 8; tries++)
        {
            await ChurnAsync();
            metrics = await Silo.MetricsAsync();
        }

        return (metrics.Heap, metrics.Activations);
    }

    /// <summary>Wrong books, in words. By the accounts alone: each acknowledged portion is sold, and none beside them.</summary>
    public async Task<List<string>> WrongAsync()
    {
        var until = DateTime.UtcNow + Settling;
        while (true)
        {
            var accounts = await Task.WhenAll(Kitchens.Select(kitchen => kitchen.AccountsAsync()));
            List<string> wrong = [.. from item in accounts[0].Keys
                                     let sold = accounts.Sum(kitchen => kitchen[item].Sold + kitchen[item].Held)
                                     where accounts.Any(kitchen => !kitchen[item].Balances) || sold != _accepted.GetValueOrDefault(item)
                                     select $"{item} has {string.Join(", ", accounts.Select(kitchen => kitchen[item]))}; acknowledged were {_accepted.GetValueOrDefault(item)}"];
            if (wrong.Count == 0 || DateTime.UtcNow > until)
                return _unexpected == 0 ? wrong : [.. wrong, $"{_unexpected} unexpected answers\n{Silo.LastLines()}"];
            await Task.Delay(500);
        }
    }

    /// <summary>Until the statement answers a row; its first column.</summary>
    public async Task<long> WaitForAsync(string what, TimeSpan patience, string sql)
    {
        var until = DateTime.UtcNow + patience;
        while (true)
        {
            if (await AskAsync<object?>(sql) is long answer)
                return answer;
            if (DateTime.UtcNow > until)
                throw new RushException($"After {patience.TotalSeconds} s it is not so that {what}.");
            await Task.Delay(100);
        }
    }

    /// <summary>By table: rows inserted, updated and deleted since the database was made.</summary>
    public async Task<Dictionary<string, double>> RowsWrittenAsync()
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Database) { Pooling = false }.ConnectionString);
        await using var command = source.CreateCommand("select relname, (n_tup_ins + n_tup_upd + n_tup_del)::float8 from pg_stat_user_tables");
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new Dictionary<string, double>(StringComparer.Ordinal);
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0), reader.GetDouble(1));
        return rows;
    }

    /// <summary>The first column of the first row.</summary>
    public async Task<T> AskAsync<T>(string sql)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Database) { Pooling = false, CommandTimeout = 600 }.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (Silo is not null)
            await Silo.DisposeAsync();
    }

    private async Task SetUpAsync(string[] tenants, int students, int prepSeconds)
    {
        var key = await Students.KeyOfAsync(Database);
        NpgsqlConnection.ClearAllPools();
        var all = tenants.Select(tenant => Students.Sign(key, students / tenants.Length, tenant)).ToArray();
        Students = new Students([.. all.SelectMany(one => one.Tokens)], all[0].ManagerToken);
        Kitchens = [.. all.Select(one => new Kitchen(Http, one.ManagerToken, _dishes))];
        await Kitchens[0].SetUpAsync(Portions, prepSeconds);
        if (tenants is [var first, .. { Length: > 0 } others])
            await AddAsync(first, others, prepSeconds);
    }

    /// <summary>A tenant begins with an empty menu, and its categories and stations are first data: the others get a copy of the first one's.</summary>
    private async Task AddAsync(string first, string[] others, int prepSeconds)
    {
        await KillAsync();
        foreach (var tenant in others)
        {
            await AskAsync<long>($"""
                with copied as (
                    insert into grain_state (grain_id, name, etag, payload)
                    select replace(grain_id, '{first}/', '{tenant}/'), name, etag, payload from grain_state where grain_id like '%{first}/menu'
                    returning 1)
                select count(*) from copied
                """);
            _settings[$"Tenants__Known__{tenant}__Name"] = tenant;
        }

        await StartSiloAsync();
        foreach (var kitchen in Kitchens.Skip(1))
            await kitchen.SetUpAsync(Portions, prepSeconds);
    }

    private void Count(string item, int portions)
    {
        lock (_counting)
            _accepted[item] = _accepted.GetValueOrDefault(item) + portions;
    }
}
