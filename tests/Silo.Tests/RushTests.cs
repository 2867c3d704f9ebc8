using System.Net;

namespace Cafeteria.Tests;

/// <summary>More students than portions, all within the same moment.</summary>
[Collection(SharedCafeteria.Name)]
public sealed class RushTests(SharedCafeteria shared) : IAsyncLifetime
{
    private readonly RunningCafeteria _cafeteria = shared.Cafeteria;

    public Task InitializeAsync() => _cafeteria.EnsureServingAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("with-key")]
    [InlineData("without-key")]
    public async Task Of_200_students_at_once_50_get_a_portion_and_150_are_told_how_many_are_left(string kind)
    {
        var dish = await _cafeteria.AddDishAsync($"rush-{kind}", 50);

        var answers = await Task.WhenAll(shared.Crowd.Select(student =>
            _cafeteria.Client.PlaceAsync(student, kind == "with-key" ? $"rush-{student.Login}" : null, new Line(dish, 1))));

        var accepted = answers.Where(answer => answer.Status is HttpStatusCode.Accepted).ToArray();
        var refused = answers.Except(accepted).ToArray();
        Assert.Equal(50, accepted.Length);
        Assert.Equal(50, accepted.Select(answer => answer.Value.Id).Distinct().Count());
        Assert.Equal(50, accepted.Select(answer => answer.Value.Number).Distinct().Count());
        Assert.All(refused, answer => AssertShort(answer, dish, requested: 1, available: 0));

        var stock = Assert.Single(await _cafeteria.SettleAsync(dish));
        Assert.Equal((50, 50, 0, 0), (stock.Received, stock.Sold, stock.OnHand, stock.Held));
        foreach (var answer in accepted)
            Assert.Equal("completed", (await _cafeteria.Client.GetOrderAsync(_cafeteria.Manager, answer.Value.Id)).Value.Status);
    }

    [Fact]
    public async Task Who_wants_more_than_is_left_is_told_how_many_there_are_and_takes_nothing()
    {
        var dish = await _cafeteria.AddDishAsync("five-left", 5);
        var first = await _cafeteria.Client.PlaceAsync(shared.Crowd[0], "five-first", new Line(dish, 3));
        var second = await _cafeteria.Client.PlaceAsync(shared.Crowd[1], "five-second", new Line(dish, 3));

        Assert.Equal(HttpStatusCode.Accepted, first.Status);
        AssertShort(second, dish, requested: 3, available: 2);
        // A refusal records nothing: the same key may order what there is.
        Assert.Equal(HttpStatusCode.Accepted, (await _cafeteria.Client.PlaceAsync(shared.Crowd[1], "five-second", new Line(dish, 2))).Status);
        Assert.Equal(5, Assert.Single(await _cafeteria.SettleAsync(dish)).Sold);
    }

    [Fact]
    public async Task Orders_of_several_dishes_that_cross_are_all_answered_and_the_books_balance()
    {
        var dishes = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => _cafeteria.AddDishAsync($"crossing-{i}", 40)));

        // Every pair in both sequences, and all four forwards and backwards.
        var wishes = (from a in dishes from b in dishes where a != b select new[] { a, b }).Append(dishes).Append([.. dishes.Reverse()]).ToArray();
        var answers = await Task.WhenAll(shared.Crowd.Select((student, i) =>
            _cafeteria.Client.PlaceAsync(student, $"crossing-{i}", [.. wishes[i % wishes.Length].Select(dish => new Line(dish, 1))])));

        Assert.All(answers, answer => Assert.True(
            answer.Status is HttpStatusCode.Accepted || (answer.Status is HttpStatusCode.UnprocessableEntity && answer.Code == "out_of_stock"), answer.Body));
        // An order that is pending was answered because a part did not answer in time: a deadlock would look like this.
        Assert.DoesNotContain(answers, answer => answer.Succeeded && answer.Value.Status == "pending");
        var sold = answers.Where(answer => answer.Succeeded).SelectMany(answer => answer.Value.Lines).ToLookup(line => line.ItemId);
        var stocks = await _cafeteria.SettleAsync(dishes);
        Assert.All(stocks, stock => Assert.Equal(sold[stock.ItemId].Sum(line => line.Quantity), stock.Sold));
        Assert.All(stocks, stock => Assert.InRange(stock.Sold, 1, 40));
    }

    private static void AssertShort(Answer<Order> answer, string dish, int requested, int available)
    {
        Assert.True(answer.Status is HttpStatusCode.UnprocessableEntity, answer.Body);
        Assert.Equal("out_of_stock", answer.Code);
        var item = Assert.Single(answer.Problem.GetProperty("items").EnumerateArray());
        Assert.Equal(dish, item.GetProperty("itemId").GetString());
        Assert.Equal(requested, item.GetProperty("requested").GetInt32());
        Assert.Equal(available, item.GetProperty("available").GetInt32());
    }
}
