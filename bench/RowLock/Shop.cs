using System.Globalization;
using Cafeteria.Bench.Plain;
using Npgsql;

namespace Cafeteria.Bench.RowLock;

internal sealed record Wish(string Student, string? Key, LineRequest[] Lines, string Fulfilment, string Payment)
{
    /// <summary>What a retry is recognised by.</summary>
    public string Fingerprint => string.Create(CultureInfo.InvariantCulture,
        $"{Fulfilment};{Payment};{string.Join(';', Lines.OrderBy(line => line.ItemId, StringComparer.Ordinal).Select(line => $"{line.ItemId}*{line.Quantity}*{line.Note}"))}");
}

internal abstract record Placed
{
    public sealed record Order(OrderAnswer Answer, bool Replayed) : Placed;

    public sealed record OutOfStock(Shortage[] Items) : Placed;

    public sealed record UnknownItem(string ItemId) : Placed;

    public sealed record KeyReused : Placed;
}

internal sealed record Dish(string Id, string Name, long Price, string Currency);

/// <summary>Orders in PostgreSQL: one implicit transaction of two prepared statements, sent and answered together.</summary>
internal sealed class Shop : IAsyncDisposable
{
    private const int DefaultConnections = 32;

    private readonly string _connectionString;
    private NpgsqlDataSource _source;
    private Dictionary<string, Dish> _menu;

    private Shop(string connectionString, NpgsqlDataSource source, Dictionary<string, Dish> menu) =>
        (_connectionString, _source, _menu) = (connectionString, source, menu);

    public static async Task<Shop> OpenAsync(string connectionString)
    {
        var source = Connect(connectionString, DefaultConnections);
        using (var schema = new StreamReader(typeof(Shop).Assembly.GetManifestResourceStream("schema.sql")!))
        await using (var create = source.CreateCommand(await schema.ReadToEndAsync()))
            await create.ExecuteNonQueryAsync();
        return new Shop(connectionString, source, []);
    }

    /// <summary>Opens its connections anew, this many at most, and reads the menu.</summary>
    public async Task UseAsync(int connections)
    {
        var before = _source;
        var source = Connect(_connectionString, connections);
        _menu = await ReadMenuAsync(source);
        _source = source;
        await before.DisposeAsync();
    }

    public async Task<Placed> PlaceAsync(Wish wish, CancellationToken cancellationToken)
    {
        var lines = new (LineRequest Line, Dish Dish)[wish.Lines.Length];
        for (var i = 0; i < lines.Length; i++)
        {
            if (!_menu.TryGetValue(wish.Lines[i].ItemId!, out var dish))
                return new Placed.UnknownItem(wish.Lines[i].ItemId!);
            lines[i] = (wish.Lines[i], dish);
        }

        // Ordered by time, so that new rows go to the end of the index; still not guessable.
        var order = new NewOrder(Guid.CreateVersion7(), wish, lines, DateTime.UtcNow);
        var connection = await _source.OpenConnectionAsync(cancellationToken);
        await using var closing = connection;
        var (number, shortages) = await OrderSql.WriteAsync(connection, order);
        if (number is { } drawn)
            return new Placed.Order(order.ToAnswer(drawn), Replayed: false);
        // The key was used, or stock is short: which may be because this very order, sent before, took the last portion.
        if (wish.Key is not null && await OrderSql.FindByKeyAsync(connection, wish.Student, wish.Key) is var (id, fingerprint))
            return fingerprint == wish.Fingerprint ? new Placed.Order((await OrderSql.ReadAsync(connection, id, wish.Student))!, Replayed: true) : new Placed.KeyReused();
        return new Placed.OutOfStock([.. shortages.Select(s => new Shortage(s.Item, lines.First(line => line.Dish.Id == s.Item).Line.Quantity, s.OnHand))]);
    }

    public async Task<OrderAnswer?> FindAsync(Guid id, string student, CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        return await OrderSql.ReadAsync(connection, id, student);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static NpgsqlDataSource Connect(string connectionString, int connections) => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
    {
        MaxPoolSize = connections,
        MinPoolSize = connections,
        MaxAutoPrepare = 20,
        AutoPrepareMinUsages = 1,
        NoResetOnClose = true,
        Options = "-c jit=off -c plan_cache_mode=force_generic_plan",
    }.ConnectionString);

    private static async Task<Dictionary<string, Dish>> ReadMenuAsync(NpgsqlDataSource source)
    {
        var menu = new Dictionary<string, Dish>(StringComparer.Ordinal);
        await using var command = source.CreateCommand("select id, name, price, currency from items");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            menu.Add(reader.GetString(0), new Dish(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetString(3)));
        return menu;
    }
}

internal sealed record NewOrder(Guid Id, Wish Wish, (LineRequest Line, Dish Dish)[] Lines, DateTime PlacedAt)
{
    public long Total => Lines.Sum(line => line.Dish.Price * line.Line.Quantity);

    public string Currency => Lines[0].Dish.Currency;

    public OrderAnswer ToAnswer(long number) => new(
        Id.ToString("N"),
        number.ToString(CultureInfo.InvariantCulture),
        "stock_verified",
        Array.ConvertAll(Lines, line => new LineAnswer(
            line.Dish.Id, line.Dish.Name, line.Line.Quantity, new Money(line.Dish.Price, line.Dish.Currency), new Money(line.Dish.Price * line.Line.Quantity, line.Dish.Currency))),
        new Money(Total, Currency),
        PlacedAt,
        null,
        $"/api/v1/orders/{Id:N}/events");
}
