using Cafeteria.Accounts;
using Npgsql;

namespace Cafeteria.Tests.Orders;

/// <summary>What an order writes in its life is what a rush pays for: every row beyond these is felt at 17:30.</summary>
[Collection(AppCollection.Name)]
public sealed class RowWritesTests(CafeteriaApp app)
{
    // Where the kitchen waits for its cooks.
    private const string Tenant = "spice-route";

    [Fact]
    public async Task An_orders_life_is_four_writes_of_its_row_and_one_of_the_ledger_for_each_line()
    {
        var manager = await app.TokenAsync("manager1", Role.Manager, Tenant);
        var cook = await app.TokenAsync("kitchen_staff1", Role.Kitchen, Tenant);
        await (await app.SendAsync(HttpMethod.Put, "/api/v1/kitchen/stations/main", manager, new { cooks = 3, mode = "manual" })).IsAsync(200);
        string[] dishes = [await AddDishAsync(manager), await AddDishAsync(manager)];
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(app.ConnectionString) { Pooling = false }.ConnectionString);
        await CountAsync(source);

        var placed = await (await app.PostAsync("/api/v1/orders", await app.TokenAsync("rows-guest", Role.Student, Tenant),
            new { lines = dishes.Select(dish => new { itemId = dish, quantity = 1 }) }, ("Idempotency-Key", "rows"))).IsAsync(202);
        var id = placed.Text("id");
        var ticket = $"/api/v1/kitchen/stations/main/tickets/{id}";
        await Eventually.HoldsAsync("a cook can start", TimeSpan.FromSeconds(20), async () => (await app.PostAsync($"{ticket}/start", cook)).IsSuccessStatusCode);
        await (await app.PostAsync($"{ticket}/done", cook)).IsAsync(200);
        await Eventually.HoldsAsync("the order can be handed over", TimeSpan.FromSeconds(20),
            async () => (await app.PostAsync($"/api/v1/orders/{id}/complete", await app.TokenAsync("waiter1", Role.Waiter, Tenant))).IsSuccessStatusCode);

        Assert.Equal(["orders 1 insert", "orders 3 update", "stock_ledger 2 insert"], await CountedAsync(source, id));
    }

    private async Task<string> AddDishAsync(string manager)
    {
        var id = $"rows-{Guid.NewGuid():N}"[..20];
        var category = (await (await app.GetAsync("/api/v1/menu", manager)).IsAsync(200)).GetProperty("categories")[0].Text("id");
        await (await app.PostAsync("/api/v1/menu/items", manager,
            new { id, name = id, categoryId = category, price = new { amount = 10000, currency = "INR" }, prepSeconds = 1, station = "main" })).IsAsync(201);
        await (await app.PostAsync($"/api/v1/stock/{id}/receive", manager, new { quantity = 5 })).IsAsync(200);
        await Eventually.HoldsAsync($"the menu shows 5 of {id}", TimeSpan.FromSeconds(10), async () =>
            (await (await app.GetAsync($"/api/v1/menu/items/{id}", manager)).JsonAsync()).GetProperty("stock").Number("onHand") == 5);
        return id;
    }

    /// <summary>From now on each row written of anything that grows with orders, in whatever table of the product's.</summary>
    private static async Task CountAsync(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand("""
            create table written (relation text, operation text, row_text text);
            create function note_write() returns trigger language plpgsql as
                $$ begin insert into written values (tg_table_name, lower(tg_op), coalesce(new, old)::text); return null; end $$;
            do $$
            declare t text;
            begin
                for t in select relname from pg_stat_user_tables where relname <> 'written' loop
                    execute format('create trigger note_write after insert or update or delete on %I for each row execute function note_write()', t);
                end loop;
            end $$;
            """);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Rows that name the order or its student.</summary>
    private static async Task<string[]> CountedAsync(NpgsqlDataSource source, string id)
    {
        await using var command = source.CreateCommand("""
            select format('%s %s %s', relation, count(*), operation) from written where row_text like '%' || $1 || '%' or row_text like '%rows-guest%'
            group by relation, operation order by 1
            """);
        command.Parameters.AddWithValue(id);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        await reader.DisposeAsync();
        await using var forget = source.CreateCommand("drop function note_write() cascade; drop table written");
        await forget.ExecuteNonQueryAsync();
        return [.. rows];
    }
}
