using Cafeteria.Orders;
using Cafeteria.Stock;

namespace Cafeteria.Tests.Orders;

/// <summary>Ids cost nothing to make up: what nobody ordered under is not kept in memory.</summary>
public sealed class NoSuchOrderTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task An_id_that_nobody_ordered_under_leaves_memory_when_it_was_asked_for()
    {
        var cafe = await fixture.OpenAsync();
        var order = cafe.Order("made-up");
        (string What, Func<Task> Ask)[] questions =
        [
            ("got", async () => Assert.Null(await order.Get())),
            ("cancelled", async () => Assert.IsType<StepResult.NotFound>(await order.Cancel(new CancelOrder(Cafe.Cook, null)))),
            ("completed", async () => Assert.IsType<StepResult.NotFound>(await order.Complete(Cafe.Cook))),
            ("cooked", async () => Assert.IsType<StepResult.NotFound>(await order.StepTicket(new StepTicket("main", TicketStep.Start, Cafe.Cook)))),
        ];
        foreach (var (what, ask) in questions)
        {
            await ask();
            await Waiting.UntilAsync(async () => !await cafe.Silo.IsActiveAsync(order), $"what was to be {what} to leave memory");
        }
    }

    [Fact]
    public async Task An_order_that_is_asked_for_right_before_it_is_placed_is_placed()
    {
        var cafe = await fixture.OpenAsync(("soup", 20));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async n =>
        {
            var asking = cafe.Order($"o{n}").Get();
            await cafe.AcceptedAsync($"o{n}", ("soup", 1));
            await asking;
        }));

        await cafe.BooksAreAsync("soup", sold: 20);
    }

    [Fact]
    public async Task An_order_that_is_asked_for_while_it_is_being_placed_stays_in_memory()
    {
        var cafe = await fixture.OpenAsync(("soup", 1));
        var gate = cafe.Faults.Hold("write", cafe.Key("o1"));
        var placing = cafe.PlaceAsync("o1", ("soup", 1));
        await gate.WhenReached();
        Assert.Null(await cafe.Order("o1").Get());
        var readAgain = 0;
        cafe.Faults.Always("read", cafe.Key("o1"), () =>
        {
            Interlocked.Increment(ref readAgain);
            return Task.CompletedTask;
        });

        gate.Open();

        Assert.IsType<PlaceResult.Accepted>(await placing);
        await cafe.WhenAsync("o1", OrderStatus.InKitchen);
        Assert.Equal(0, readAgain);
        await cafe.BooksAreAsync("soup", sold: 1);
    }
}
