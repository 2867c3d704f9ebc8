using System.Globalization;
using System.Net;

namespace Cafeteria.Tests;

/// <summary>Killed with -9 at each step of placing an order: what the world sees after the restart.</summary>
public sealed class CrashTests(CrashTests.Fixture fixture) : IClassFixture<CrashTests.Fixture>, IAsyncLifetime
{
    /// <summary>128 + SIGKILL.</summary>
    private const int Killed = 137;

    private readonly RunningCafeteria _cafeteria = fixture.Cafeteria;

    public Task InitializeAsync() => _cafeteria.EnsureServingAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    public sealed class Fixture : IAsyncLifetime
    {
        public RunningCafeteria Cafeteria { get; private set; } = null!;

        public Session Student { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Cafeteria = await RunningCafeteria.OpenAsync();
            Student = (await Cafeteria.AdmitAsync("crash", 1))[0];
        }

        public Task DisposeAsync() => Cafeteria.DisposeAsync().AsTask();
    }

    /// <param name="stands">Whether the order had been written: then it stands, told or not; else nothing happened.</param>
    [Theory]
    [InlineData("held", false)]
    [InlineData("written", true)]
    [InlineData("kept", true)]
    [InlineData("queued", true)]
    [InlineData("retrying", true)]
    public async Task Killed_at(string place, bool stands)
    {
        var dishes = await Task.WhenAll(_cafeteria.AddDishAsync($"{place}-a", 10), _cafeteria.AddDishAsync($"{place}-b", 10));
        Line[] lines = [new(dishes[0], 2), new(dishes[1], 1)];
        await _cafeteria.RestartAsync(settings => settings.With("Failpoints:KillAt", place));
        if (place is "retrying")
        {
            // The order is accepted as pending, and tried again two seconds later. (No patience at all, as a setting, was not
            // enough: on a busy machine the grains had answered before anybody looked.)
            var admin = await _cafeteria.Client.SignInAsync("ADMIN-001", "AdminPass123!");
            _ = (await _cafeteria.Client.SendAsync<object>(admin, HttpMethod.Post, "admin/chaos", new { part = "stock", mode = "error" })).Value;
        }

        var told = await TryPlaceAsync(place, lines);
        Assert.Equal(Killed, await _cafeteria.Silo.WaitForExitAsync(TimeSpan.FromSeconds(20)));
        await _cafeteria.RestartAsync(settings => settings.With("Failpoints:KillAt", null));

        var again = await _cafeteria.Client.PlaceAsync(fixture.Student, place, lines);
        Assert.True(again.Status is HttpStatusCode.Accepted, again.Body);
        Assert.Equal(stands, again.Replayed);
        // Up to "written" the answer cannot have been given; at "retrying" it was, and stands.
        Assert.True(place is not ("held" or "written") || told is null, "An answer before the order was written.");
        Assert.True(place is not "retrying" || told is { Status: "pending" }, $"The order should have been accepted as pending: {told?.Status}.");
        if (told is not null)
            Assert.Equal((told.Id, told.Number, told.Total), (again.Value.Id, again.Value.Number, again.Value.Total));

        var stocks = await _cafeteria.SettleAsync(dishes);
        Assert.Equal([(2, 8), (1, 9)], stocks.Select(stock => (stock.Sold, stock.OnHand)));
        var order = (await _cafeteria.Client.GetOrderAsync(fixture.Student, again.Value.Id)).Value;
        Assert.Equal("completed", order.Status);
        Assert.Equal(order.History!.Count, order.History.Select(step => step.Status).Distinct().Count());
        Assert.Equal(order.Version, order.History.Count);
    }

    private async Task<Order?> TryPlaceAsync(string key, Line[] lines)
    {
        try
        {
            return (await _cafeteria.Client.PlaceAsync(fixture.Student, key, lines)).Value;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
