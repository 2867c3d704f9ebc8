namespace Cafeteria.Tests;

public sealed class RandomCrashTests
{
    private const int Seed = 20_251_117;

    [Fact]
    public async Task Killed_at_random_under_load_nothing_acknowledged_is_lost_and_everything_ends()
    {
        var random = new Random(Seed);
        await using var cafeteria = await RunningCafeteria.OpenAsync();
        var dishes = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => cafeteria.AddDishAsync($"random-{i}", 50_000)));
        var crowd = new Crowd(cafeteria.Client, await cafeteria.AdmitAsync("random", 16), dishes, Seed);
        crowd.Start();

        for (var kill = 0; kill < 5; kill++)
        {
            await Task.Delay(random.Next(200, 1_200));
            cafeteria.Silo.Kill();
            await cafeteria.RestartAsync();
        }

        await Task.Delay(500);
        await crowd.CloseAsync(TimeSpan.FromSeconds(30));
        var stocks = await cafeteria.SettleAsync(dishes);
        Assert.True(crowd.Acknowledged.Count >= 100, $"Only {crowd.Acknowledged.Count} orders were placed: hardly a load.");
        await crowd.AssertNothingLostAsync(cafeteria.Manager, stocks);
    }
}
