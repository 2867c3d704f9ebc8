using Npgsql;

namespace Cafeteria.Tests;

/// <summary>A transaction that holds rows, so that a statement which needs them stands still at a known place.</summary>
internal sealed class RowLock : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private RowLock(NpgsqlConnection connection) => _connection = connection;

    public static async Task<RowLock> TakeAsync(string connectionString, string sql)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, ApplicationName = "row lock" }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"begin; {sql}", connection);
        await command.ExecuteNonQueryAsync();
        return new RowLock(connection);
    }

    /// <summary>Until a statement that was sent waits for a row. A standby waits for its advisory lock all the time.</summary>
    public static Task UntilSomebodyWaitsAsync(Process process, int count = 1) => Row.UntilAsync(
        $"{count} statements wait for a lock",
        async () => await process.ScalarAsync<long>(
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and wait_event <> 'advisory' and datname = current_database()") >= count);

    public async Task ReleaseAsync()
    {
        if (_connection.State != System.Data.ConnectionState.Open)
            return;
        await using var command = new NpgsqlCommand("commit", _connection);
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
