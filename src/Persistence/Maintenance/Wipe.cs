using Npgsql;

namespace Cafeteria.Persistence;

/// <summary>What a wipe took away.</summary>
/// <param name="Items">Items whose stock is back to what they first had.</param>
public sealed record Wiped(long Orders, long LedgerRows, int Items, int Accounts);

/// <summary>
/// Takes back to the first day what a season leaves behind: orders with their tickets and ledger rows, sessions and tokens.
/// People, menu, prices and stations stay, and every item has what it was first given.
/// </summary>
public static class Wipe
{
    /// <summary>Every table is in one of the two; a test holds it.</summary>
    internal static readonly string[] Emptied = ["orders", "order_numbers", "revoked_sessions"];

    internal static readonly string[] Kept =
        ["migrations", "grain_state", "audit", "menu_pictures", "stock_head", "stock_ledger", "secrets", "leader", "cluster_version", "cluster_member", "orleansquery"];

    private const string LedgerSql = """
        with initial as (
            select tenant, item, min(seq) as seq from stock_ledger where kind = 'received' group by tenant, item)
        delete from stock_ledger l
        where not exists (select from initial i where i.tenant = l.tenant and i.item = l.item and i.seq = l.seq)
        """;

    private const string HeadSql = """
        update stock_head h
        set epoch = h.epoch + 1, written_off = 0, sold = 0, pruned = 0, folded_through = 0,
            received = coalesce((select l.quantity from stock_ledger l where l.tenant = h.tenant and l.item = h.item), 0)
        """;

    private const string SessionsSql = """
        update grain_state
        set payload = payload || '{"sessions": []}', etag = hashtextextended(gen_random_uuid()::text, 0), updated_at = now()
        where name = 'account' and jsonb_array_length(coalesce(payload -> 'sessions', '[]')) > 0
        """;

    /// <summary>All of it or nothing, while nobody serves and nobody can begin to.</summary>
    /// <returns>Null when a process serves this database: then nothing was done.</returns>
    public static async Task<Wiped?> RunAsync(Maintenance database, CancellationToken cancellationToken = default)
    {
        var connection = await database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var ending = transaction.ConfigureAwait(false);
        if (await ScalarAsync(connection, $"select pg_try_advisory_xact_lock({LeaderSession.LockKey})", cancellationToken).ConfigureAwait(false) is not true
            || (await database.ServingAsync(cancellationToken).ConfigureAwait(false)).Silos > 0)
            return null;

        // A process that stands by, or sleeps and believes it leads, must not go on with what it remembers.
        await ExecuteAsync(connection, "update leader set epoch = epoch + 1, holder = 'reset', since = now()", cancellationToken).ConfigureAwait(false);
        var orders = (long)(await ScalarAsync(connection, "select count(*) from orders where status <> 'abandoned'", cancellationToken).ConfigureAwait(false))!;
        await ExecuteAsync(connection, $"truncate {string.Join(", ", Emptied)}", cancellationToken).ConfigureAwait(false);
        var ledger = await ExecuteAsync(connection, LedgerSql, cancellationToken).ConfigureAwait(false);
        var items = await ExecuteAsync(connection, HeadSql, cancellationToken).ConfigureAwait(false);
        var accounts = await ExecuteAsync(connection, SessionsSql, cancellationToken).ConfigureAwait(false);
        // Without the keys they were signed with, access tokens that are still out there are worth nothing.
        await ExecuteAsync(connection, $"delete from secrets where name = '{Secrets.Signing}' or name like '{Secrets.Signing}/%'", cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new Wiped(orders, ledger, items, accounts);
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using (command.ConfigureAwait(false))
            return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using (command.ConfigureAwait(false))
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }
}
