using System.Net.ServerSentEvents;
using System.Text.Json;
using Cafeteria.Accounts;

namespace Cafeteria.Tests.Kitchen;

[Collection(AppCollection.Name)]
public sealed class BoardTests(CafeteriaApp app)
{
    [Fact]
    public async Task A_number_goes_from_preparing_to_ready_and_leaves_when_it_is_handed_over()
    {
        var dish = await app.AddDishAsync(1, prepSeconds: 1);
        var student = await app.TokenAsync("waits-in-the-hall");
        var waiter = await app.TokenAsync("waiter-of-the-hall", Role.Waiter);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var stream = await app.Http.SendAsync(
            new HttpRequestMessage(HttpMethod.Get, new Uri($"/api/v1/kitchen/board/events?access_token={waiter}", UriKind.Relative)), HttpCompletionOption.ResponseHeadersRead, limit.Token);
        var events = SseParser.Create(await stream.Content.ReadAsStreamAsync(limit.Token)).EnumerateAsync(limit.Token).GetAsyncEnumerator(limit.Token);

        var order = await (await app.PostAsync("/api/v1/orders", student, new { lines = new[] { new { itemId = dish, quantity = 1 } } })).IsAsync(202);
        var (id, number) = (order.Text("id"), order.Text("number"));

        await ShowsAsync("preparing", board => Has(board, "preparing") && !Has(board, "ready"));
        await ShowsAsync("ready", board => Has(board, "ready") && !Has(board, "preparing"));
        await (await app.PostAsync($"/api/v1/orders/{id}/complete", waiter)).IsAsync(200);
        await ShowsAsync("handed over", board => !Has(board, "ready") && !Has(board, "preparing"));

        bool Has(JsonElement board, string column) => board.GetProperty(column).EnumerateArray().Any(shown => shown.GetString() == number);

        async Task ShowsAsync(string what, Func<JsonElement, bool> shown)
        {
            try
            {
                while (await events.MoveNextAsync())
                    if (events.Current.EventType == "board" && shown(JsonDocument.Parse(events.Current.Data).RootElement))
                        return;
            }
            catch (OperationCanceledException)
            {
                // Said below.
            }

            Assert.Fail($"The board never showed {number} as {what}.");
        }
    }

    [Fact]
    public async Task The_board_is_for_staff() =>
        await (await app.GetAsync("/api/v1/kitchen/board/events", await app.TokenAsync("somebody"))).IsProblemAsync(403, "forbidden");
}
