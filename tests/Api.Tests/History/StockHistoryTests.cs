using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Cafeteria.Accounts;

namespace Cafeteria.Tests.History;

/// <summary>
/// What the API says of one dish to many who ask at once is what one counter would say to one after the other. Orders come
/// with a key, so that the dish itself answers and not this process's copy of the menu.
/// </summary>
[Collection(AppCollection.Name)]
public sealed class StockHistoryTests(CafeteriaApp app)
{
    private const string Tenant = "spice-route";
    private const int Clients = 5;
    private const int AsksOfEach = 9;
    private const int Portions = 8;

    [Fact]
    public async Task Everything_that_is_said_of_a_dish_at_once_could_have_been_said_one_after_the_other()
    {
        var seed = Random.Shared.Next();
        var manager = await app.TokenAsync("manager1", Role.Manager, Tenant);
        var students = await Task.WhenAll(Enumerable.Range(0, Clients).Select(n => app.TokenAsync($"history-{n}", tenant: Tenant)));
        // Nobody cooks: what is cancelled comes back.
        using var manual = await app.SendAsync(HttpMethod.Put, "/api/v1/kitchen/stations/main", manager, new { cooks = 3, mode = "manual" });
        await manual.IsAsync(200);

        for (var round = 0; round < 12; round++)
        {
            var dish = new Recorder(app, manager, string.Create(CultureInfo.InvariantCulture, $"history-{seed:x}-{round}"));
            await dish.OpenAsync(Portions);
            await Task.WhenAll(students.Select((student, n) => dish.AskAsync(student, new Random(seed + (100 * round) + n), AsksOfEach)));
            var history = await dish.SettledAsync();

            Assert.True(History.Portions.AreLinearizable(history, Portions), $"Seed {seed}, round {round}: no sequence gives these answers.\n{string.Join('\n', history)}");
            // The same history with one portion gone astray must not pass.
            Assert.False(History.Portions.AreLinearizable([.. history.SkipLast(1), history[^1] with { Answer = history[^1].Answer - 1 }], Portions));
        }
    }

    /// <summary>Asks, and writes down what was answered when.</summary>
    private sealed class Recorder(CafeteriaApp app, string manager, string dish)
    {
        private readonly ConcurrentQueue<Operation> _history = [];
        private readonly ConcurrentQueue<(int Quantity, long Asked)> _givenBack = [];

        public async Task OpenAsync(int portions)
        {
            using var added = await app.PostAsync("/api/v1/menu/items", manager, new
            {
                id = dish,
                name = dish,
                categoryId = "mains",
                price = new { amount = 10000, currency = "INR" },
                prepSeconds = 1,
            });
            await added.IsAsync(201);
            using var received = await app.PostAsync($"/api/v1/stock/{dish}/receive", manager, new { quantity = portions });
            await received.IsAsync(200);
        }

        public async Task AskAsync(string student, Random random, int times)
        {
            var mine = new Queue<(string Id, int Quantity)>();
            for (var i = 0; i < times; i++)
            {
                var quantity = random.Next(1, 4);
                switch (random.Next(10))
                {
                    case < 5:
                        if (await TakeAsync(student, quantity) is { } order)
                            mine.Enqueue((order, quantity));
                        break;
                    case < 7 when mine.TryDequeue(out var cancelled):
                        var asked = Stopwatch.GetTimestamp();
                        using (var answer = await app.PostAsync($"/api/v1/orders/{cancelled.Id}/cancel", student))
                            await answer.IsAsync(200);
                        _givenBack.Enqueue((cancelled.Quantity, asked));
                        break;
                    case 7:
                        await RecordAsync(Ask.Receive, 1, () => app.PostAsync($"/api/v1/stock/{dish}/receive", manager, new { quantity = 1 }));
                        break;
                    default:
                        await RecordAsync(Ask.Read, 0, () => app.GetAsync($"/api/v1/stock/{dish}", manager));
                        break;
                }
            }
        }

        /// <summary>All of it, when what was given back has come back; its last entry is a read.</summary>
        public async Task<IReadOnlyList<Operation>> SettledAsync()
        {
            var taken = _history.Where(entry => entry is { Ask: Ask.Take, Answer: null }).Sum(entry => entry.Quantity);
            var received = _history.Where(entry => entry.Ask is Ask.Receive).Sum(entry => entry.Quantity);
            var expected = Portions + received - taken + _givenBack.Sum(entry => entry.Quantity);
            await Eventually.HoldsAsync($"{dish} has {expected} on hand", TimeSpan.FromSeconds(20),
                async () => OnHand(await (await app.GetAsync($"/api/v1/stock/{dish}", manager)).IsAsync(200)) == expected);
            var settled = Stopwatch.GetTimestamp();
            foreach (var (quantity, asked) in _givenBack)
                _history.Enqueue(new Operation(Ask.GiveBack, quantity, null, asked, settled));
            await RecordAsync(Ask.Read, 0, () => app.GetAsync($"/api/v1/stock/{dish}", manager));
            return [.. _history];
        }

        private async Task<string?> TakeAsync(string student, int quantity)
        {
            var asked = Stopwatch.GetTimestamp();
            using var answer = await app.PostAsync(
                "/api/v1/orders", student, new { lines = new[] { new { itemId = dish, quantity } } }, ("Idempotency-Key", Guid.NewGuid().ToString("N")));
            var answered = Stopwatch.GetTimestamp();
            var body = await answer.IsAsync(answer.IsSuccessStatusCode ? 202 : 422);
            int? left = answer.IsSuccessStatusCode ? null : body.GetProperty("items")[0].Number("available");
            Assert.True(left is not null || body.Text("status") != "pending", "An order that is pending says nothing about stock.");
            _history.Enqueue(new Operation(Ask.Take, quantity, left, asked, answered));
            return left is null ? body.Text("id") : null;
        }

        private async Task RecordAsync(Ask ask, int quantity, Func<Task<HttpResponseMessage>> send)
        {
            var asked = Stopwatch.GetTimestamp();
            using var answer = await send();
            var answered = Stopwatch.GetTimestamp();
            _history.Enqueue(new Operation(ask, quantity, OnHand(await answer.IsAsync(200)), asked, answered));
        }

        private static int OnHand(JsonElement stock) => stock.Number("onHand");
    }
}
