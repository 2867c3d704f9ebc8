using System.Text.RegularExpressions;
using Cafeteria.Persistence;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Cafeteria.Tests;

/// <summary>What docs/decisions/011 promises of two versions on one database.</summary>
public sealed partial class MigrationTests
{
    /// <summary>The schema of the first release: what comes after it comes to databases that are being served.</summary>
    private const int FirstRelease = 8;

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

    [Fact]
    public void What_comes_after_the_first_release_only_adds_or_says_in_its_name_who_can_live_with_it()
    {
        string[] Faults(Migration migration) => migration.Number <= FirstRelease || migration.Name.Contains(".since-", StringComparison.Ordinal)
            ? []
            : [.. TakesAway().Matches(Comment().Replace(migration.Sql, "")).Select(match => $"{migration.Name}: {match.Value}")];

        Assert.Empty(Migrator.Embedded().SelectMany(Faults));
        Assert.All(
            ["alter table orders drop column total", "alter table orders alter column total type text", "alter table orders rename column total to sum",
                "alter table orders add column tip bigint not null", "update orders set total = 0", "create index on orders (total)", "alter table orders alter column total set not null"],
            sql => Assert.Single(Faults(new Migration("099_takes.sql", sql))));
        Assert.Empty(Faults(new Migration("099_adds.sql", "alter table orders add column tip bigint not null default 0; create table tips (id int); create index on tips (id); -- drop")));
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

    [GeneratedRegex("--.*")]
    private static partial Regex Comment();

    // An index on a table that is there is made by hand, concurrently, before; one on a table of the migration's own is no matter.
    [GeneratedRegex(
        @"\b(drop|rename|truncate|delete\s+from|update\s+\w+\s+set|set\s+not\s+null|alter\s+column\s+\w+\s+(set\s+data\s+)?type)\b|\badd\s+column\s+[^;,]*\bnot\s+null\b(?![^;,]*\bdefault\b)|\bcreate\s+(unique\s+)?index\s+(?!if\s+not\s+exists)[^;]*\bon\s+(orders|stock_ledger|grain_state|audit)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex TakesAway();
}
