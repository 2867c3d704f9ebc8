using System.Globalization;

namespace Cafeteria.Tests.Operations;

[Collection(AppCollection.Name)]
public sealed class StageTimesTests(CafeteriaApp app)
{
    private const string Marked = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", NotMarked = "00-4bf92f3577b34da6a3ce929d0e0e4737-00f067aa0ba902b7-00";

    [Fact]
    public async Task Only_an_order_whose_request_is_marked_is_timed_and_in_all_stages_that_add_up()
    {
        var (dish, student) = (await app.AddDishAsync(10), await app.TokenAsync("staged"));
        var before = await TimesAsync();
        await PlaceAsync(NotMarked);
        Assert.Equal(before, await TimesAsync());

        await PlaceAsync(Marked);
        string[] stages = ["authenticate", "parse", "queue", "grains", "storage", "respond", "all"];
        var after = before;
        // Other applications of this process listen too, and count it as well: as often in every stage.
        await Eventually.HoldsAsync("the order has been timed in all stages alike", TimeSpan.FromSeconds(20), async () =>
        {
            after = await TimesAsync();
            return stages.Select(stage => after.GetValueOrDefault(stage).Count - before.GetValueOrDefault(stage).Count).Distinct().ToArray() is [> 0];
        });

        Assert.Equal(Spent("all"), stages.Where(stage => stage is not "all").Sum(Spent), 0.000_1);
        Assert.True(Spent("storage") > 0, "an order waits for its commit");

        double Spent(string stage) => after[stage].Sum - before.GetValueOrDefault(stage).Sum;

        async Task PlaceAsync(string traceparent)
        {
            using var answer = await app.SendAsync(HttpMethod.Post, "/api/v1/orders", student, new { lines = new[] { new { itemId = dish, quantity = 1 } } }, ("traceparent", traceparent));
            await answer.IsAsync(202);
        }
    }

    private async Task<Dictionary<string, (double Count, double Sum)>> TimesAsync()
    {
        var samples = (await app.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n')
            .Where(line => line.StartsWith("cafeteria_orders_stage_duration_seconds_", StringComparison.Ordinal)).ToArray();
        return samples.Where(line => line.Contains("_count{", StringComparison.Ordinal)).Select(line => line.Split('"')[1])
            .ToDictionary(stage => stage, stage => (Value("count", stage), Value("sum", stage)));

        double Value(string what, string stage) => double.Parse(
            samples.Single(line => line.StartsWith($"cafeteria_orders_stage_duration_seconds_{what}{{stage=\"{stage}\"", StringComparison.Ordinal)).Split(' ')[^1], CultureInfo.InvariantCulture);
    }
}
