using Npgsql;

namespace Cafeteria.Tests;

/// <summary>What must be true when the faults are over, by the rows and by the API; what is not is told with the order's history.</summary>
internal sealed class Books(Pair pair, Diners diners, string[] dishes)
{
    /// <summary>Of all orders: a fault makes some of them wait, and few lose their part for long enough to be given up.</summary>
    private const double LeastCompleted = 0.8;

    private sealed record Row(string Id, string Status, string Number, string Lines);

    public async Task<IReadOnlyList<string>> WrongAsync()
    {
        var silo = await pair.ServingAsync();
        var client = pair.ClientOf(silo);
        var stocks = await RunningCafeteria.SettleAsync(client, pair.Manager, silo, dishes);
        await diners.FollowedToTheEndAsync(TimeSpan.FromSeconds(30));

        var wrong = new List<string>(diners.Wrong);
        foreach (var id in diners.StillFollowing)
            wrong.Add($"The tracker of {id} says {(diners.LastWords.TryGetValue(id, out var heard) ? heard.Status : "nothing")} and never heard the end.\n{await HistoryAsync(id)}");
        var rows = await ReadAsync(
            """
            select id, status, number, (
                select string_agg(format('%s × %s', l->>'quantity', l->>'itemId'), ', ' order by l->>'itemId' collate "C")
                from jsonb_array_elements(payload::jsonb->'lines') l)
            from orders where status <> 'abandoned'
            """,
            row => new Row(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3)));
        var byId = rows.ToDictionary(row => row.Id);
        foreach (var placed in diners.Acknowledged)
            if (!byId.TryGetValue(placed.Answer.Id, out var row))
                wrong.Add($"Order {placed.Answer.Id} (key {placed.Key}) was acknowledged and is not there.");
            else if (Differs(placed, row) is { } fault)
                wrong.Add($"Order {row.Id} {fault}.\n{await HistoryAsync(row.Id)}");

        var completed = rows.Count(row => row.Status is "completed");
        Console.WriteLine($"{completed} of {rows.Count} orders were completed.");
        if (completed < rows.Count * LeastCompleted)
            wrong.Add($"Of {rows.Count} orders only {completed} were completed.");

        // Everyone asked until there was an answer, so that there is no order that nobody knows of.
        var known = diners.Acknowledged.Select(placed => placed.Answer.Id).ToHashSet();
        foreach (var row in rows.Where(row => !known.Contains(row.Id)))
            wrong.Add($"Order {row.Id} is there, and no key asked for it.\n{await HistoryAsync(row.Id)}");
        foreach (var row in rows.Where(row => row.Status is not ("completed" or "rejected")))
            wrong.Add($"Order {row.Id} ended as {row.Status}.\n{await HistoryAsync(row.Id)}");
        foreach (var (id, last) in diners.LastWords)
            if (byId.TryGetValue(id, out var row) && row.Status != last.Status)
                wrong.Add($"The tracker of {id} says {last.Status}, the order {row.Status}.\n{await HistoryAsync(id)}");

        await CheckLedgerAsync(wrong, stocks, byId);
        foreach (var placed in diners.Acknowledged.Take(10))
            if ((await diners.AskAgainAsync(placed)).Id != placed.Answer.Id)
                wrong.Add($"Key {placed.Key} is another order now than {placed.Answer.Id}.\n{await HistoryAsync(placed.Answer.Id)}");
        return wrong;
    }

    /// <summary>What a student was told, against what the order is; null: the same.</summary>
    private static string? Differs(Diners.Placed placed, Row row)
    {
        var ordered = string.Join(", ", placed.Lines.OrderBy(line => line.ItemId, StringComparer.Ordinal).Select(line => $"{line.Quantity} × {line.ItemId}"));
        if (row.Number != placed.Answer.Number)
            return $"was called {placed.Answer.Number}, and is {row.Number}";
        if (row.Lines != ordered)
            return $"(key {placed.Key}) is of {row.Lines}; ordered were {ordered}";
        // Only who was told that it is not sure yet may be disappointed.
        return row.Status is "rejected" && placed.Answer.Status is not ("pending" or "rejected") ? $"was acknowledged as {placed.Answer.Status}, and is rejected" : null;
    }

    /// <summary>
    /// Each line of a completed order is sold once and of a rejected one never; each item's head and ledger agree, and what is
    /// sold of it is what people ordered and were not refused.
    /// </summary>
    private async Task CheckLedgerAsync(List<string> wrong, IReadOnlyList<Stock> stocks, Dictionary<string, Row> byId)
    {
        var ordered = diners.Acknowledged.Where(placed => byId.TryGetValue(placed.Answer.Id, out var row) && row.Status is not "rejected")
            .SelectMany(placed => placed.Lines).ToLookup(line => line.ItemId);
        var uneven = await ReadAsync(
            """
            select o.id, l->>'itemId', (l->>'quantity')::integer, o.status, coalesce(s.sold, 0)::integer
            from orders o cross join jsonb_array_elements(o.payload::jsonb->'lines') l
            left join lateral (
                select sum(case kind when 'sold' then quantity else -quantity end) as sold
                from stock_ledger g where g.tenant = o.tenant and g.order_id = o.id and g.item = l->>'itemId') s on true
            where o.status <> 'abandoned'
                and coalesce(s.sold, 0) <> case o.status when 'completed' then (l->>'quantity')::integer else 0 end
            """,
            row => (Id: row.GetString(0), Text: $"{row.GetString(3)} with {row.GetInt32(2)} of {row.GetString(1)}, of which the ledger has sold {row.GetInt32(4)}"));
        foreach (var (id, text) in uneven)
            wrong.Add($"Order {id} is {text}.\n{await HistoryAsync(id)}");

        foreach (var stock in stocks)
        {
            var rows = await ReadAsync(
                $"""
                select h.received - h.written_off, (select coalesce(sum(case kind when 'sold' then quantity when 'returned' then -quantity else 0 end), 0)
                    from stock_ledger l where l.tenant = h.tenant and l.item = h.item)::integer
                from stock_head h where h.tenant = 'iut' and h.item = '{stock.ItemId}'
                """,
                row => (Had: row.GetInt32(0), Sold: row.GetInt32(1)));
            var (had, sold) = rows.Single();
            if (had < sold || sold != stock.Sold || had != stock.Received - stock.WrittenOff || !stock.Balances)
                wrong.Add($"{stock.ItemId}: the rows have {had} and {sold} of them sold; the API says {stock}.");
            if (ordered[stock.ItemId].Sum(line => line.Quantity) is var wanted && stock.Sold != wanted)
                wrong.Add($"{stock.ItemId}: {stock.Sold} are sold; in orders that were acknowledged and not rejected are {wanted}.");
        }
    }

    private async Task<string> HistoryAsync(string id)
    {
        var rows = await ReadAsync(
            $"""
            select 'row ' || to_jsonb(o)::text from orders o where id = '{id}'
            union all select 'ledger ' || to_jsonb(l)::text from stock_ledger l where order_id = '{id}'
            """,
            row => row.GetString(0));
        return string.Join('\n', rows.Select(row => $"    {row}"));
    }

    private async Task<List<T>> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var command = pair.Source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return rows;
    }
}
