using System.Net;

namespace Cafeteria.Tests;

/// <summary>One that serves and one that stands by behind nginx as it ships, and students who try again with the same key.</summary>
public sealed class PairTests
{
    private const int Seed = 20_251_122;
    private const int Students = 12;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task The_one_that_serves_is_killed_among_orders_and_afterwards_each_goes_past_the_standby_to_the_other()
    {
        await using var cafeteria = await RunningCafeteria.OpenAsync();
        var killed = cafeteria.Silo;
        await using var standby = SiloProcess.Launch(killed.Settings with { Port = null });
        await standby.WaitForAsync("/healthz", HttpStatusCode.OK, SiloProcess.StartLimit);
        await using var nginx = await Nginx.BeforePairAsync(killed.Address, standby.Address);
        using var client = nginx.Cafeteria();
        var dishes = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => cafeteria.AddDishAsync($"pair-{i}", 50_000)));
        var crowd = new Crowd(client, await cafeteria.AdmitAsync("pair", Students), dishes, Seed);
        crowd.Start();
        await AcknowledgedAsync(crowd, 50);

        killed.Kill();
        await standby.WaitUntilReadyAsync(Patience);
        await AcknowledgedAsync(crowd, 50);

        // nginx asks it first, with everything, and it has to say of each that it has begun nothing.
        await using var back = SiloProcess.Launch(killed.Settings);
        await back.WaitForAsync("/healthz", HttpStatusCode.OK, SiloProcess.StartLimit);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await back.StatusAsync("/readyz"));
        var failures = crowd.Failures.Count;
        await AcknowledgedAsync(crowd, 100);
        Assert.Equal(failures, crowd.Failures.Count);

        await crowd.CloseAsync(Patience);
        await crowd.AssertNothingLostAsync(cafeteria.Manager, await RunningCafeteria.SettleAsync(client, cafeteria.Manager, standby, dishes));
        // Asked without a proxy, who stands by says what a client can do about it.
        using var direct = new CafeteriaClient(back);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "unavailable"), await RefusedAsync(direct, cafeteria.Manager, dishes[0]));
    }

    private static async Task<(HttpStatusCode, string?)> RefusedAsync(CafeteriaClient client, Session who, string dish)
    {
        var answer = await client.PlaceAsync(who, "asked-of-the-standby", new Line(dish, 1));
        return (answer.Status, answer.Code);
    }

    private static Task AcknowledgedAsync(Crowd crowd, int more)
    {
        var from = crowd.Acknowledged.Count;
        return Eventually.TrueAsync(
            () => Task.FromResult(crowd.Acknowledged.Count >= from + more), Patience,
            () => $"{more} orders more than {from} should be acknowledged, not {crowd.Acknowledged.Count - from}; failures: {string.Join("; ", crowd.Failures.Take(3).Select(failure => failure.Body))}");
    }
}
