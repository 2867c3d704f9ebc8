using System.Collections.Immutable;
using Cafeteria.Operations;
using Cafeteria.Orders;
using Npgsql;

namespace Cafeteria.Persistence;

/// <summary>The books' pulse: one round trip, over the index of a cafeteria's newest orders.</summary>
internal sealed class OrderPulses(Database database) : IOrderPulse
{
    private const string Figures = """
        count(*)::integer,
        (count(*) filter (where status = 'rejected'))::integer,
        (count(*) filter (where status = 'failed'))::integer,
        coalesce(sum(total) filter (where status not in ('rejected', 'failed', 'cancelled')), 0)::bigint
        """;

    private const string Minutes = $"""
        select date_trunc('minute', placed_at), {Figures}
        from orders where tenant = $1 and placed_at >= $2 and status <> 'abandoned'
        group by 1 order by 1
        """;

    private const string LastMinute = $"""
        select $2::timestamptz, {Figures}
        from orders where tenant = $1 and placed_at > $2 and status <> 'abandoned'
        """;

    private const string ByState = """
        select status, count(*)
        from orders where tenant = $1 and placed_at >= $2 and status <> 'abandoned'
        group by status
        """;

    public Task<OrderPulse> ReadAsync(
        string tenant, DateTimeOffset minutesFrom, DateTimeOffset dayFrom, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.QueryAsync(
            "read pulse",
            Sending.Search,
            async (connection, token) =>
            {
                var batch = new NpgsqlBatch(connection)
                {
                    BatchCommands = { Ask(Minutes, tenant, minutesFrom), Ask(LastMinute, tenant, now.AddMinutes(-1)), Ask(ByState, tenant, dayFrom) },
                };
                await using var disposing = batch.ConfigureAwait(false);
                var reader = await batch.ExecuteReaderAsync(token).ConfigureAwait(false);
                await using var reading = reader.ConfigureAwait(false);
                var minutes = await FiguresAsync(reader, token).ConfigureAwait(false);
                await reader.NextResultAsync(token).ConfigureAwait(false);
                var last = await FiguresAsync(reader, token).ConfigureAwait(false);
                await reader.NextResultAsync(token).ConfigureAwait(false);
                var states = ImmutableArray.CreateBuilder<OrderCount>();
                while (await reader.ReadAsync(token).ConfigureAwait(false))
                    states.Add(new OrderCount(tenant, StatusNames.Parse(reader.GetString(0)), reader.GetInt64(1)));
                return new OrderPulse(minutes, last[0], states.ToImmutable());
            },
            cancellationToken);

    private static NpgsqlBatchCommand Ask(string sql, string tenant, DateTimeOffset from) =>
        new(sql) { Parameters = { new() { Value = tenant }, new() { Value = from.UtcDateTime } } };

    private static async Task<ImmutableArray<OrdersInMinute>> FiguresAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var figures = ImmutableArray.CreateBuilder<OrdersInMinute>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            figures.Add(new OrdersInMinute(
                new DateTimeOffset(reader.GetDateTime(0), TimeSpan.Zero), reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetInt64(4)));
        return figures.ToImmutable();
    }
}
