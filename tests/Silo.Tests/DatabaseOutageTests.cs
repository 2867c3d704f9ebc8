using System.Net;

namespace Cafeteria.Tests;

public sealed class DatabaseOutageTests
{
    /// <summary>What a person waits for at most; one in flight waits four seconds by design, and two cores are shared.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    [Fact]
    public async Task The_database_stopped_under_load_is_a_fast_503_a_red_readiness_and_heals_by_itself()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var cafeteria = await RunningCafeteria.OpenAsync(server);
        var dishes = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => cafeteria.AddDishAsync($"outage-{i}", 50_000)));
        var students = await cafeteria.AdmitAsync("outage", 24);
        var crowd = new Crowd(cafeteria.Client, students[..16], dishes, seed: 7);
        crowd.Start();
        await Eventually.TrueAsync(() => Task.FromResult(crowd.Acknowledged.Count >= 50), TimeSpan.FromSeconds(20), () => "50 orders should be placed");

        await server.StopAsync();
        await cafeteria.Silo.WaitForAsync("/readyz", HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(10));
        var before = crowd.Acknowledged.Count;
        var refused = await Task.WhenAll(students[16..].SelectMany(student =>
            new[] { $"{student.Login}-outage", null }.Select(key => cafeteria.Client.PlaceAsync(student, key, new Line(dishes[0], 1)))));
        Assert.All(refused, AssertFast503);
        Assert.Equal(HttpStatusCode.OK, await cafeteria.Silo.StatusAsync("/healthz"));
        Assert.Equal(before, crowd.Acknowledged.Count);

        await server.StartAgainAsync();
        await cafeteria.Silo.WaitUntilReadyAsync(TimeSpan.FromSeconds(20));
        await Eventually.TrueAsync(
            () => Task.FromResult(crowd.Acknowledged.Count >= before + 50), TimeSpan.FromSeconds(20), () => "orders should be accepted again");
        await crowd.CloseAsync(TimeSpan.FromSeconds(30));

        Assert.NotEmpty(crowd.Failures);
        Assert.All(crowd.Failures, AssertFast503);
        await crowd.AssertNothingLostAsync(cafeteria.Manager, await cafeteria.SettleAsync(dishes));
    }

    private static void AssertFast503(Answer<Order> answer)
    {
        Assert.True(answer.Status is HttpStatusCode.ServiceUnavailable, $"{(int)answer.Status}: {answer.Body}");
        Assert.Equal("unavailable", answer.Code);
        Assert.NotNull(answer.RetryAfter);
        Assert.InRange(answer.Took, TimeSpan.Zero, Patience);
    }
}
