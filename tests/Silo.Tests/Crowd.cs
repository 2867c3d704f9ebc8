using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace Cafeteria.Tests;

/// <summary>
/// Students who order again and again, whatever happens to the silo: each keeps its key until it has an answer that
/// stands, and now and then asks again for an order that it had long ago.
/// </summary>
internal sealed class Crowd(CafeteriaClient client, Session[] students, string[] dishes, int seed)
{
    private readonly ConcurrentDictionary<string, Placed> _placed = [];
    private readonly ConcurrentBag<Answer<Order>> _failures = [];
    private readonly CancellationTokenSource _closing = new();
    private Task _ordering = Task.CompletedTask;

    public sealed record Placed(Session Student, string Key, Line[] Lines, Order Answer);

    /// <summary>Every order that was acknowledged, by its key.</summary>
    public IReadOnlyCollection<Placed> Acknowledged => [.. _placed.Values];

    /// <summary>Every answer that was neither an acceptance nor a refusal.</summary>
    public IReadOnlyCollection<Answer<Order>> Failures => _failures;

    public void Start() => _ordering = Task.WhenAll(students.Select((student, number) => Task.Run(() => OrderAsync(student, new Random(seed + number)))));

    /// <summary>Nobody begins another order; whoever waits for an answer gets it first.</summary>
    public async Task CloseAsync(TimeSpan limit)
    {
        await _closing.CancelAsync();
        await _ordering.WaitAsync(limit);
    }

    /// <summary>
    /// After everything is settled: each acknowledged order is there with what was ordered and has ended, well unless its
    /// student was told that it is not sure yet; a retry finds it, and what was sold of each dish is what is in them.
    /// </summary>
    public async Task AssertNothingLostAsync(Session manager, IEnumerable<Stock> stocks)
    {
        var sold = dishes.ToDictionary(dish => dish, _ => 0);
        foreach (var placed in Acknowledged)
        {
            var order = (await client.GetOrderAsync(manager, placed.Answer.Id)).Value;
            Assert.True(order.IsFinal, $"{order.Id} is {order.Status}.");
            Assert.Equal((placed.Answer.Number, placed.Answer.Total), (order.Number, order.Total));
            Assert.Equal(
                placed.Lines.Select(line => (line.ItemId, line.Quantity)).Order(), order.Lines.Select(line => (line.ItemId, line.Quantity)).Order());
            if (order.Status is "completed")
                foreach (var line in placed.Lines)
                    sold[line.ItemId] += line.Quantity;
            else
                Assert.True(placed.Answer.Status is "pending" or "rejected", $"{order.Id} was acknowledged as {placed.Answer.Status}, and is {order.Status}.");
        }

        foreach (var placed in Acknowledged.Take(50))
        {
            var again = await client.PlaceAsync(placed.Student, placed.Key, placed.Lines);
            Assert.True(again.Replayed, again.Body);
            Assert.Equal(placed.Answer.Id, again.Value.Id);
        }

        Assert.All(stocks, stock => Assert.Equal((stock.ItemId, sold[stock.ItemId]), (stock.ItemId, stock.Sold)));
    }

    private async Task OrderAsync(Session student, Random random)
    {
        for (var number = 0; !_closing.IsCancellationRequested; number++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{student.Login}-{number}");
            Line[] lines = [.. random.GetItems(dishes, 2).Distinct().Select(dish => new Line(dish, random.Next(1, 4)))];
            var placed = new Placed(student, key, lines, await PlaceUntilAnsweredAsync(student, key, lines));
            Assert.True(_placed.TryAdd(key, placed));
            if (random.Next(4) == 0)
            {
                var old = _placed[string.Create(CultureInfo.InvariantCulture, $"{student.Login}-{random.Next(number + 1)}")];
                Assert.Equal(old.Answer.Id, (await PlaceUntilAnsweredAsync(student, old.Key, old.Lines)).Id);
            }

            await Task.Delay(random.Next(50, 150));
        }
    }

    private async Task<Order> PlaceUntilAnsweredAsync(Session student, string key, Line[] lines)
    {
        while (true)
        {
            try
            {
                var answer = await client.PlaceAsync(student, key, lines);
                if (answer.Succeeded)
                    return answer.Value;
                Assert.True(answer.Status is HttpStatusCode.ServiceUnavailable, $"{(int)answer.Status}: {answer.Body}");
                _failures.Add(answer);
            }
            catch (HttpRequestException)
            {
                // The process died under it, or is not there yet.
            }

            await Task.Delay(100);
        }
    }
}
