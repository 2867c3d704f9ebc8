using System.Net;

namespace Cafeteria.Tests;

/// <summary>A phone that did not hear the answer asks again with the same key, as often as it likes.</summary>
[Collection(SharedCafeteria.Name)]
public sealed class SameKeyTests(SharedCafeteria shared) : IAsyncLifetime
{
    private readonly RunningCafeteria _cafeteria = shared.Cafeteria;
    private readonly Session _student = shared.Crowd[^1];

    public Task InitializeAsync() => _cafeteria.EnsureServingAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task The_same_key_20_times_at_once_is_one_order_one_deduction_and_one_answer()
    {
        var dish = await _cafeteria.AddDishAsync("same-key", 10);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _cafeteria.Client.PlaceAsync(_student, "twenty", new Line(dish, 3))));

        Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.Accepted, answer.Body));
        Assert.All(answers, answer => AssertSame(answers[0].Value, answer.Value));
        Assert.Equal(19, answers.Count(answer => answer.Replayed));
        Assert.Equal(3, Assert.Single(await _cafeteria.SettleAsync(dish)).Sold);
        AssertSame(answers[0].Value, (await _cafeteria.Client.PlaceAsync(_student, "twenty", new Line(dish, 3))).Value);
    }

    [Fact]
    public async Task The_same_key_with_another_order_is_refused()
    {
        var dish = await _cafeteria.AddDishAsync("other-body", 10);
        var placed = (await _cafeteria.Client.PlaceAsync(_student, "other-body", new Line(dish, 1))).Value;

        var other = await _cafeteria.Client.PlaceAsync(_student, "other-body", new Line(dish, 2));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.Status);
        Assert.Equal("idempotency_key_reused", other.Code);
        // Another student's use of the same word is another key.
        var another = (await _cafeteria.Client.PlaceAsync(shared.Crowd[0], "other-body", new Line(dish, 2))).Value;
        Assert.NotEqual(placed.Id, another.Id);
        Assert.Equal(3, Assert.Single(await _cafeteria.SettleAsync(dish)).Sold);
    }

    [Fact]
    public async Task The_same_lines_in_another_sequence_are_the_same_order()
    {
        var (first, second) = (await _cafeteria.AddDishAsync("sequence-1", 5), await _cafeteria.AddDishAsync("sequence-2", 5));
        var placed = (await _cafeteria.Client.PlaceAsync(_student, "sequence", new Line(first, 1), new Line(second, 2))).Value;

        var again = await _cafeteria.Client.PlaceAsync(_student, "sequence", new Line(second, 2), new Line(first, 1));

        Assert.True(again.Replayed, again.Body);
        AssertSame(placed, again.Value);
        Assert.Equal([1, 2], (await _cafeteria.SettleAsync(first, second)).Select(stock => stock.Sold));
    }

    [Fact]
    public async Task After_a_crash_the_same_key_finds_the_same_order()
    {
        var dish = await _cafeteria.AddDishAsync("after-crash", 5);
        var placed = (await _cafeteria.Client.PlaceAsync(_student, "after-crash", new Line(dish, 2))).Value;

        _cafeteria.Silo.Kill();
        await _cafeteria.RestartAsync();
        var again = await _cafeteria.Client.PlaceAsync(_student, "after-crash", new Line(dish, 2));

        Assert.True(again.Replayed, again.Body);
        AssertSame(placed, again.Value);
        Assert.Equal("idempotency_key_reused", (await _cafeteria.Client.PlaceAsync(_student, "after-crash", new Line(dish, 1))).Code);
        Assert.Equal(2, Assert.Single(await _cafeteria.SettleAsync(dish)).Sold);
    }

    private static void AssertSame(Order expected, Order actual)
    {
        Assert.Equal((expected.Id, expected.Number, expected.Total, expected.PlacedAt), (actual.Id, actual.Number, actual.Total, actual.PlacedAt));
        Assert.Equal(expected.Lines, actual.Lines);
    }
}
