using Cafeteria.Orders;

namespace Cafeteria.Tests.Students;

public sealed class StudentTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private const int Limit = 20;

    [Fact]
    public async Task As_many_orders_may_be_opened_at_once_as_the_limit_says()
    {
        var cafe = await fixture.OpenAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(n => cafe.Student("s").Open($"o{n}")));

        Assert.Equal(Limit, results.Count(result => result.Allowed));
        Assert.All(results, result => Assert.Equal(Limit, result.Limit));
    }

    [Fact]
    public async Task The_same_order_opened_or_closed_twice_counts_once()
    {
        var cafe = await fixture.OpenAsync();
        for (var n = 0; n < Limit - 1; n++)
            await cafe.Student("s").Open($"o{n}");
        await cafe.Student("s").Open("o0");

        Assert.True((await cafe.Student("s").Open("last")).Allowed);
        Assert.False((await cafe.Student("s").Open("one too many")).Allowed);
        Assert.True((await cafe.Student("s").Open("last")).Allowed);
        await cafe.Student("s").Close("last");
        await cafe.Student("s").Close("last");
        Assert.True((await cafe.Student("s").Open("another")).Allowed);
        Assert.False((await cafe.Student("s").Open("one too many")).Allowed);
    }

    [Fact]
    public async Task An_order_closed_before_it_was_opened_is_forgotten_before_anyone_is_refused()
    {
        var cafe = await fixture.OpenAsync();
        for (var n = 0; n < Limit; n++)
        {
            await cafe.Student("s").Close($"o{n}");
            await cafe.Student("s").Open($"o{n}");
        }

        cafe.Silo.Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.True((await cafe.Student("s").Open("next")).Allowed);
    }

    [Fact]
    public async Task An_activation_that_begins_anew_knows_the_orders_that_are_open_by_their_rows()
    {
        var cafe = await fixture.OpenAsync(("soup", 50));
        for (var n = 0; n < Limit; n++)
            await cafe.AcceptedAsync($"o{n}", ("soup", 1));
        await cafe.DeactivateAsync(cafe.Student("student1"));

        Assert.IsType<PlaceResult.TooManyOpenOrders>(await cafe.PlaceAsync("one-too-many", ("soup", 1)));
        Assert.IsType<PlaceResult.Accepted>(await cafe.PlaceAsync("o3", ("soup", 1)));
    }

    /// <summary>The request came again when the order had ended, was counted as open once more, and nobody would have closed it.</summary>
    [Fact]
    public async Task An_order_that_has_ended_and_is_asked_for_again_takes_no_place()
    {
        var cafe = await fixture.OpenAsync(("soup", 50));
        await cafe.WithoutKitchenAsync();
        await cafe.AcceptedAsync("ended", ("soup", 1));
        Assert.IsType<StepResult.Done>(await cafe.Order("ended").Cancel(new CancelOrder(new Actor("student1", false), null)));
        await Waiting.UntilAsync(async () => (await cafe.Order("ended").Get())!.DueAt is null, "everyone to be told of the end");
        await cafe.DeactivateAsync(cafe.Order("ended"));

        Assert.True(Assert.IsType<PlaceResult.Accepted>(await cafe.PlaceAsync("ended", ("soup", 1))).Replayed);

        for (var n = 0; n < Limit; n++)
            await Waiting.UntilAsync(async () => (await cafe.Student("student1").Open($"o{n}")).Allowed, $"place {n + 1} of {Limit} to be free");
        Assert.False((await cafe.Student("student1").Open("one too many")).Allowed);
    }

    [Fact]
    public async Task An_order_whose_end_was_never_told_does_not_count_against_the_student()
    {
        var cafe = await fixture.OpenAsync(("soup", 50));
        await cafe.WithoutKitchenAsync();
        for (var n = 0; n < Limit; n++)
            await cafe.AcceptedAsync($"o{n}", ("soup", 1));
        cafe.Faults.Always("Close", cafe.Key("student1"), Faults.Lost);
        await cafe.Order("o0").Cancel(new CancelOrder(new Actor("student1", false), null));
        cafe.Silo.Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.IsType<PlaceResult.Accepted>(await cafe.PlaceAsync("next", ("soup", 1)));
        cafe.Faults.Clear("Close", cafe.Key("student1"));
    }

    [Fact]
    public async Task A_student_whose_orders_cannot_be_counted_is_asked_to_wait_and_not_refused()
    {
        var cafe = await fixture.OpenAsync(("soup", 50));
        cafe.Faults.Once("open-orders", cafe.Key("student1"), Faults.Unavailable);

        Assert.Equal(OrderStatus.Pending, (await cafe.AcceptedAsync("o1", ("soup", 1))).Status);
        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(2));
        await cafe.Order("o1").Advance();

        await cafe.BooksAreAsync("soup", sold: 1);
    }
}
