using System.Collections.Immutable;
using Cafeteria.Kitchen;
using Cafeteria.Orders;
using Cafeteria.Persistence;
using Cafeteria.Stock;
using Cafeteria.Storage;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans;
using Orleans.Runtime;

namespace Cafeteria.Tests;

/// <summary>One process's storage over a database, and short ways to write and read with it.</summary>
internal sealed class Process(Database database) : IAsyncDisposable
{
    private static readonly StateJson Json = new([]);

    public Database Database { get; } = database;

    public OrderStorage Orders { get; } = new(database, Json);

    public PostgresGrainStorage Grains { get; } = new(database, Json);

    public OrderRows Rows { get; } = new(database, Json);

    public StockBooks Books { get; } = new(database);

    public static async Task<Process> OpenAsync(string connectionString, int poolSize = 10) => new(await Database.OpenAsync(
        new DatabaseOptions { ConnectionString = connectionString, PoolSize = poolSize }, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance));

    public static async Task<Process> OpenNewAsync()
    {
        var server = await PostgresServer.SharedAsync();
        return await OpenAsync(await server.CreateDatabaseAsync());
    }

    public async Task<GrainState<OrderState>> ReadOrderAsync(string id)
    {
        var state = new GrainState<OrderState>();
        await Orders.ReadStateAsync("order", Row.Order(id), state);
        return state;
    }

    public Task WriteOrderAsync(GrainState<OrderState> state) => Orders.WriteStateAsync("order", Row.Order(state.State!.OrderId), state);

    public async Task<GrainState<Counter>> ReadCounterAsync(string id)
    {
        var state = new GrainState<Counter>();
        await Grains.ReadStateAsync("counter", Row.Counter(id), state);
        return state;
    }

    public Task WriteCounterAsync(string id, GrainState<Counter> state) => Grains.WriteStateAsync("counter", Row.Counter(id), state);

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(Database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}

public sealed record Counter
{
    public int Value { get; init; }

    public ImmutableArray<string> Names { get; init; } = [];
}

internal static class Row
{
    public const string Tenant = "iut";
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static GrainId Order(string id) => GrainId.Create("order", GrainKey.For(Tenant, id));

    public static GrainId Counter(string id) => GrainId.Create("counter", GrainKey.For(Tenant, id));

    public static GrainState<OrderState> NewOrder(
        string id, string student = "s1", OrderStatus status = OrderStatus.StockVerified, params (string Item, int Quantity, long Epoch)[] sold) =>
        new(new OrderState
        {
            Tenant = Tenant,
            OrderId = id,
            Student = student,
            StudentName = "Rahim ও Karim",
            Number = "A-001",
            Total = new Money(45000, "BDT"),
            Status = status,
            PlacedAt = Noon,
            Attempt = "a1",
            Tickets = [new Ticket("grill", TicketStatus.Queued, Noon, Noon, Noon, 300)],
            History = [new Transition(status, Noon, student, null)],
            Appending = [.. sold.Select(s => new LedgerEntry("a1", s.Item, LedgerKind.Sold, s.Quantity, s.Epoch))],
        });

    /// <summary>
    /// Waits for something another connection does, and says what was awaited when it never comes. A statement that met a
    /// broken connection on its way is a moment of doubt, no more.
    /// </summary>
    public static async Task UntilAsync(string what, Func<Task<bool>> condition, int seconds = 60)
    {
        var until = DateTime.UtcNow.AddSeconds(seconds);
        while (!await HoldsAsync())
        {
            Assert.True(DateTime.UtcNow < until, $"After {seconds} s still not: {what}");
            await Task.Delay(20);
        }

        async Task<bool> HoldsAsync()
        {
            try
            {
                return await condition();
            }
            catch (StorageUnavailableException)
            {
                return false;
            }
        }
    }
}
