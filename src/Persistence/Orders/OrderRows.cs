using System.Collections.Immutable;
using System.Diagnostics;
using Cafeteria.Orders;
using Cafeteria.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Cafeteria.Persistence;

/// <summary>Questions about many orders.</summary>
internal sealed class OrderRows : IOrderRows
{
    private static readonly TimeSpan LongestLease = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan CountsAge = TimeSpan.FromSeconds(5);

    /// <summary>Who has a count already waits this long for the next one.</summary>
    private static readonly TimeSpan CountPatience = TimeSpan.FromSeconds(0.5);

    private const int MostOnBoard = 120;

    // The text of the predicate of the index orders_open.
    private const string Open = "status in ('pending', 'stock_verified', 'awaiting_payment', 'in_kitchen', 'ready', 'out_for_delivery')";

    private const string ClaimSql = """
        with fence as materialized (
            select 1 from leader where epoch = $4 for key share),
        due as materialized (
            select key from orders
            where due_at <= $1 and (claimed_until is null or claimed_until <= $1) and exists (select from fence)
            order by due_at
            limit $3
            for no key update skip locked)
        update orders o
        set claimed_until = $1 + least($2 * power(2, least(o.tries, 20)), interval '60 seconds'), tries = o.tries + 1
        from due d
        where o.key = d.key
        returning o.tenant, o.id, o.tries, o.due_at
        """;

    private static readonly string UnfencedClaimSql = Fence.Remove(ClaimSql, "$4");

    private readonly Database _database;
    private readonly StateJson _json;
    private readonly OrderNumbers _numbers;
    private readonly ReadBatch<(string Tenant, string Student), ImmutableArray<string>> _open;
    private readonly Lock _countLock = new();
    private Task<ImmutableArray<OrderCount>>? _counting;
    private ImmutableArray<OrderCount> _counts;
    private long _countsUntil;

    public OrderRows(Database database, StateJson json)
    {
        (_database, _json) = (database, json);
        _numbers = new OrderNumbers(database);
        _open = new ReadBatch<(string, string), ImmutableArray<string>>((students, token) =>
            database.QueryAsync("read open orders", Sending.Activation, (connection, t) => ReadOpenAsync(connection, students, t), token));
    }

    public Task<ImmutableArray<OrderState>> ListAsync(OrderQuery query, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand();
        var where = "tenant = $1 and status <> 'abandoned'";
        Add(query.Tenant);
        if (query.Student is { } student)
            where += $" and student = ${Add(student)}";
        if (query.Statuses is { } statuses)
            where += $" and status = any(${Add(statuses.Select(StatusNames.Of).ToArray())})";
        if (query.From is { } from)
            where += $" and placed_at >= ${Add(from.UtcDateTime)}";
        if (query.To is { } to)
            where += $" and placed_at < ${Add(to.UtcDateTime)}";
        if (query.Number is { } number)
            where += $" and number = ${Add(number)}";
        if (query.Text is { } text)
            where += $" and (number = upper(${Add(text)}) or student = lower(${Add(text)}) or payload::json->>'studentName' ilike ${Add(Containing(text))})";
        if (query.Before is { } before)
            where += $" and (placed_at, id) < (${Add(before.PlacedAt.UtcDateTime)}, ${Add(before.OrderId)})";
        command.CommandText = $"select payload from orders where {where} order by placed_at desc, id desc limit ${Add(query.Limit)}";
        return StatesAsync("list orders", Sending.Search, command, cancellationToken);

        int Add(object value)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
            return command.Parameters.Count;
        }
    }

    private static string Containing(string text) =>
        $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";

    public Task<ImmutableArray<string>> OpenOrdersOfAsync(string tenant, string student, CancellationToken cancellationToken) =>
        _open.ReadAsync((tenant, student)).WaitAsync(cancellationToken);

    public Task<ImmutableArray<OrderState>> AtStationAsync(string tenant, string station, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand($"""
            select payload from orders
            where tenant = $1 and {Open} and status not in ('ready', 'out_for_delivery') and $2 = any(stations)
            order by placed_at, id
            """)
        {
            Parameters = { new() { Value = tenant }, new() { Value = station } },
        };
        return StatesAsync("read orders at station", Sending.Activation, command, cancellationToken);
    }

    public Task<ImmutableArray<CalledOrder>> OnBoardAsync(string tenant, DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.QueryAsync(
            "read the hall's board",
            Sending.Search,
            async (connection, token) =>
            {
                // Two kinds, each with its own limit: many that wait must not hide those that are being made.
                var command = new NpgsqlCommand($"""
                    (select number, status, updated_at from orders
                     where tenant = $1 and {Open} and status = 'ready' and placed_at > $2 order by updated_at desc limit $3)
                    union all
                    (select number, status, placed_at from orders
                     where tenant = $1 and {Open} and status in ('stock_verified', 'in_kitchen') and placed_at > $2 order by placed_at limit $3)
                    """, connection)
                {
                    Parameters = { new() { Value = tenant }, new() { Value = now.UtcDateTime.AddHours(-12) }, new() { Value = MostOnBoard } },
                };
                await using var disposing = command.ConfigureAwait(false);
                var orders = ImmutableArray.CreateBuilder<CalledOrder>();
                var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                    while (await reader.ReadAsync(token).ConfigureAwait(false))
                        orders.Add(new CalledOrder(reader.GetString(0), StatusNames.Parse(reader.GetString(1)), reader.GetFieldValue<DateTimeOffset>(2)));
                return orders.ToImmutable();
            },
            cancellationToken);

    public Task<ImmutableDictionary<string, int>> VersionsAsync(string tenant, IReadOnlyCollection<string> orderIds, CancellationToken cancellationToken)
    {
        if (orderIds.Count == 0)
            return Task.FromResult(ImmutableDictionary<string, int>.Empty);
        return _database.QueryAsync(
            "read versions",
            Sending.Repeatable,
            async (connection, token) =>
            {
                var command = new NpgsqlCommand("select id, version from orders where key = any($1) and status <> 'abandoned'", connection)
                {
                    Parameters = { new() { Value = orderIds.Select(id => GrainKey.For(tenant, id)).ToArray() } },
                };
                await using var disposing = command.ConfigureAwait(false);
                var versions = ImmutableDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
                var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                    while (await reader.ReadAsync(token).ConfigureAwait(false))
                        versions[reader.GetString(0)] = reader.GetInt32(1);
                return versions.ToImmutable();
            },
            cancellationToken);
    }

    public Task<ImmutableArray<DueOrder>> ClaimDueAsync(DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancellationToken)
    {
        if (!_database.Gate.Serving)
            return Task.FromResult(ImmutableArray<DueOrder>.Empty);
        // A claim whose answer was lost is not asked for again: its lease runs out.
        return _database.QueryAsync(
            "claim due orders",
            Sending.Once,
            async (connection, token) =>
            {
                var epoch = _database.Gate.Epoch;
                var command = new NpgsqlCommand(epoch is null ? UnfencedClaimSql : ClaimSql, connection)
                {
                    Parameters =
                    {
                        new() { Value = now.UtcDateTime },
                        new() { Value = lease < LongestLease ? lease : LongestLease, NpgsqlDbType = NpgsqlDbType.Interval },
                        new() { Value = limit },
                        Fence.Parameter(epoch),
                    },
                };
                await using var disposing = command.ConfigureAwait(false);
                var claimed = new List<(DateTime DueAt, DueOrder Order)>();
                var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                    while (await reader.ReadAsync(token).ConfigureAwait(false))
                        claimed.Add((reader.GetDateTime(3), new DueOrder(reader.GetString(0), reader.GetString(1), reader.GetInt32(2))));
                return claimed.OrderBy(c => c.DueAt).Select(c => c.Order).ToImmutableArray();
            },
            cancellationToken);
    }

    /// <summary>
    /// The table only grows: what counting it costs decides how often it is done. It is finished whoever waits no longer: given
    /// up with its caller, a count that took longer than a scrape waits was begun anew at each, and never came to an end.
    /// </summary>
    public async Task<ImmutableArray<OrderCount>> CountByStatusAsync(CancellationToken cancellationToken)
    {
        Task<ImmutableArray<OrderCount>> counting;
        ImmutableArray<OrderCount> before;
        lock (_countLock)
        {
            before = _counts;
            if (_counting is null || (_counting.IsCompleted && Stopwatch.GetTimestamp() >= _countsUntil))
                _counting = CountAgainAsync();
            counting = _counting;
        }

        try
        {
            return await counting.WaitAsync(before.IsDefault ? Timeout.InfiniteTimeSpan : CountPatience, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!before.IsDefault && e is TimeoutException or StorageUnavailableException)
        {
            return before;
        }
    }

    private async Task<ImmutableArray<OrderCount>> CountAgainAsync()
    {
        var begun = Stopwatch.GetTimestamp();
        try
        {
            return _counts = await _database.QueryAsync("count orders", Sending.Search, CountAsync, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            var took = Stopwatch.GetElapsedTime(begun);
            var age = took * 20 > CountsAge ? took * 20 : CountsAge;
            _countsUntil = Stopwatch.GetTimestamp() + (long)(age.TotalSeconds * Stopwatch.Frequency);
        }
    }

    public Task<DueBacklog> DueAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.QueryAsync(
            "read due backlog",
            Sending.Search,
            async (connection, token) =>
            {
                var command = new NpgsqlCommand("select count(*), min(due_at) from orders where due_at <= $1", connection)
                {
                    Parameters = { new() { Value = now.UtcDateTime } },
                };
                await using var disposing = command.ConfigureAwait(false);
                var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    await reader.ReadAsync(token).ConfigureAwait(false);
                    return new DueBacklog(reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetDateTime(1));
                }
            },
            cancellationToken);

    public ValueTask<int> NextNumberAsync(string tenant, DateOnly day, CancellationToken cancellationToken) =>
        _numbers.NextAsync(tenant, day, cancellationToken);

    private static async Task<ImmutableArray<OrderCount>> CountAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand("select tenant, status, count(*) from orders where status <> 'abandoned' group by tenant, status", connection);
        await using var disposing = command.ConfigureAwait(false);
        var counts = ImmutableArray.CreateBuilder<OrderCount>();
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                counts.Add(new OrderCount(reader.GetString(0), StatusNames.Parse(reader.GetString(1)), reader.GetInt64(2)));
        return counts.ToImmutable();
    }

    private static async Task<ImmutableArray<string>[]> ReadOpenAsync(
        NpgsqlConnection connection, (string Tenant, string Student)[] students, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand($"""
            select k.n::integer, o.id
            from unnest($1::text[], $2::text[]) with ordinality as k(tenant, student, n)
            join orders o on o.tenant = k.tenant and o.student = k.student and o.{Open}
            order by o.placed_at
            """, connection)
        {
            Parameters = { Columns.Text(students, s => s.Tenant), Columns.Text(students, s => s.Student) },
        };
        await using var disposing = command.ConfigureAwait(false);
        var open = new ImmutableArray<string>[students.Length];
        Array.Fill(open, []);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                open[reader.GetInt32(0) - 1] = open[reader.GetInt32(0) - 1].Add(reader.GetString(1));
        return open;
    }

    private Task<ImmutableArray<OrderState>> StatesAsync(string name, Sending sending, NpgsqlCommand command, CancellationToken cancellationToken) =>
        _database.QueryAsync(
            name,
            sending,
            async (connection, token) =>
            {
                command.Connection = connection;
                var states = ImmutableArray.CreateBuilder<OrderState>();
                var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                    while (await reader.ReadAsync(token).ConfigureAwait(false))
                        states.Add(_json.Read<OrderState>(reader.GetFieldValue<byte[]>(0)));
                return states.ToImmutable();
            },
            cancellationToken);
}
