using System.Globalization;
using Cafeteria.Persistence;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Cafeteria.Bench.Rush;

/// <summary>A PostgreSQL of the run's own, durable as always, in a folder that is removed afterwards.</summary>
internal sealed class Postgres : IAsyncDisposable
{
    private readonly PrivateServer _server;
    private readonly string _directory;

    private Postgres(PrivateServer server, string directory)
    {
        (_server, _directory) = (server, directory);
        Leftovers.Add(End);
    }

    /// <param name="parent">Where its folder is made: on the disk whose speed counts.</param>
    public static async Task<Postgres> StartAsync(string? parent)
    {
        var directory = Directory.CreateDirectory(Path.Combine(
            parent ?? Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"cafeteria-rush-{Environment.ProcessId}"))).FullName;
        return new Postgres(await PrivateServer.StartAsync(new DatabaseOptions { DataDirectory = directory }, NullLogger.Instance), directory);
    }

    public async Task<string> CreateDatabaseAsync(string name)
    {
        await using var connection = new NpgsqlConnection(Of("postgres"));
        await connection.OpenAsync();
        // What was written for the contender before must not be checkpointed at this one's expense.
        foreach (var sql in (string[])[$"drop database if exists {name} with (force)", "checkpoint", $"create database {name}"])
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
            await command.ExecuteNonQueryAsync();
        }

        return new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Database = name }.ConnectionString;
    }

    /// <summary>With what is left of its work: nobody vacuums it at the next one's expense.</summary>
    public async Task DropDatabaseAsync(string name)
    {
        NpgsqlConnection.ClearAllPools();
        await using var connection = new NpgsqlConnection(Of("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"drop database if exists {name} with (force)", connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Bytes of WAL ever written, and transactions that ever wrote.</summary>
    public async Task<(double Wal, double Transactions)> WrittenAsync()
    {
        await using var connection = new NpgsqlConnection(Of("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select (pg_current_wal_insert_lsn() - '0/0')::float8, pg_snapshot_xmax(pg_current_snapshot())::text::float8", connection);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetDouble(0), reader.GetDouble(1));
    }

    /// <summary>What 8 KB and <c>fdatasync</c> take where its files are.</summary>
    public TimeSpan DiskWait => DiskSpeed.Measure(_directory);

    /// <summary>Rows inserted, updated and deleted in a database since it was made; complete once its connections are closed.</summary>
    public async Task<double> RowsWrittenAsync(string database)
    {
        await using var connection = new NpgsqlConnection(Of("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select (tup_inserted + tup_updated + tup_deleted)::float8 from pg_stat_database where datname = $1", connection)
        {
            Parameters = { new() { Value = database } },
        };
        return (double)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Of the server's processes now running; those that ended are in their parent's account.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            var root = _server.ProcessId ?? 0;
            double ticks = 0;
            foreach (var directory in Directory.EnumerateDirectories("/proc"))
            {
                if (!int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out var id))
                    continue;
                try
                {
                    var stat = File.ReadAllText($"/proc/{id}/stat");
                    // After the name in brackets: state, parent, …; user and system time of it and of its ended children.
                    var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                    if (id == root || fields[1] == root.ToString(CultureInfo.InvariantCulture))
                        ticks += fields[11..(id == root ? 15 : 13)].Sum(ticksOf => double.Parse(ticksOf, CultureInfo.InvariantCulture));
                }
                catch (IOException)
                {
                    // It ended just now.
                }
            }

            return TimeSpan.FromSeconds(ticks / 100);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Leftovers.Remove(End);
        NpgsqlConnection.ClearAllPools();
        await _server.StopAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private void End()
    {
        _server.StopAsync().Wait(TimeSpan.FromSeconds(20));
        Directory.Delete(_directory, recursive: true);
    }

    private string Of(string database) => new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Database = database, Pooling = false }.ConnectionString;
}
