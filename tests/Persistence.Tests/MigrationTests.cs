using Cafeteria.Persistence;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Cafeteria.Tests;

/// <summary>What docs/decisions/011 promises of two versions on one database.</summary>
public sealed class MigrationTests
{
    public static TheoryData<string> Schemas => [.. typeof(MigrationTests).Assembly.GetManifestResourceNames().Where(name => name.StartsWith("Schemas/", StringComparison.Ordinal))];

    /// <summary>Dumps of earlier versions' databases, each with orders in every state.</summary>
    [Theory, MemberData(nameof(Schemas))]
    public async Task An_earlier_versions_data_are_brought_up_to_date_and_the_books_balance(string schema)
    {
        var connectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(migrated: false);
        using (var dump = new StreamReader(typeof(MigrationTests).Assembly.GetManifestResourceStream(schema)!))
            await ExecuteAsync(connectionString, await dump.ReadToEndAsync());

        await using var database = await OpenAsync(connectionString);
        var before = await database.SchemaAsync();
        Assert.Equal(Path.GetFileNameWithoutExtension(schema), before.Applied[^1][..3]);
        await database.MigrateAsync(NullLogger.Instance);

        Assert.True((await database.SchemaAsync()).IsOurs);
        var books = await Books.ReadAsync(database);
        Assert.Empty(books.Stock.Wrong);
        Assert.Empty(books.Orders.Wrong);
        Assert.Equal((4, true), (books.Orders.Examined, books.Stock.Examined > 20));
    }

    [Fact]
    public async Task A_database_ahead_by_migrations_that_only_add_is_served_by_the_version_before()
    {
        var connectionString = await NewerAsync("998_adds.sql", "alter table orders add column colour text");

        await using var process = await Process.OpenAsync(connectionString);

        Assert.Equal(0L, await process.ScalarAsync<long>("select count(*) from orders"));
    }

    [Fact]
    public async Task One_that_took_something_away_is_served_only_by_versions_that_know_what_came_instead()
    {
        var newest = Migrator.Embedded()[^1].Number;
        await using (await Process.OpenAsync(await NewerAsync($"998_takes.since-{newest:000}.sql", "select 1")))
        {
        }

        var connectionString = await NewerAsync($"998_takes.since-{newest + 1:000}.sql", "select 1");
        var refused = await Assert.ThrowsAsync<DatabaseStartException>(() => Process.OpenAsync(connectionString));
        Assert.Contains($"998_takes.since-{newest + 1:000}.sql", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Who waits for a lock makes all wait who come after: a migration gives way, and tries again.</summary>
    [Fact]
    public async Task A_migration_does_not_hold_up_those_who_serve_while_it_waits_for_one_of_them()
    {
        var connectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var reader = await source.OpenConnectionAsync();
        await using var reading = await reader.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("select count(*) from orders", reader))
            await hold.ExecuteScalarAsync();
        await using var database = await OpenAsync(connectionString);
        Migration[] adding = [.. Migrator.Embedded(), new("998_adds.sql", "alter table orders add column colour text")];
        var migrating = Migrator.ApplyAsync(database.Source, adding, NullLogger.Instance, CancellationToken.None);

        // Its request for the table is given up again and again: between two, everybody gets through.
        for (var i = 0; i < 3; i++)
            await ExecuteAsync(connectionString, "set statement_timeout = '10s'; select count(*) from orders");
        Assert.False(migrating.IsCompleted);
        await reading.RollbackAsync();
        Assert.Equal(1, await migrating.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Every_table_is_either_emptied_or_kept_by_a_wipe()
    {
        await using var process = await Process.OpenNewAsync();
        var tables = (await process.ScalarAsync<string>("select string_agg(tablename, ',' order by tablename) from pg_tables where schemaname = 'public'")).Split(',');

        Assert.Empty(Wipe.Emptied.Intersect(Wipe.Kept));
        Assert.Equal(tables.Order(), Wipe.Emptied.Concat(Wipe.Kept).Order());
    }

    private static async Task<string> NewerAsync(string name, string sql)
    {
        var connectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await ExecuteAsync(connectionString, $"{sql}; insert into migrations (name, hash) values ('{name}', 'of a version to come')");
        return connectionString;
    }

    private static Task<Maintenance> OpenAsync(string connectionString) =>
        Maintenance.OpenAsync(new DatabaseOptions { ConnectionString = connectionString }, NullLogger.Instance);

    /// <summary>On a connection of its own: a dump changes the session's settings.</summary>
    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
