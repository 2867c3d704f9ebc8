using System.Globalization;
using System.Net;

namespace Cafeteria.Tests;

[Collection(SharedCafeteria.Name)]
public sealed class SignInTests(SharedCafeteria shared) : IAsyncLifetime
{
    private readonly RunningCafeteria _cafeteria = shared.Cafeteria;

    public Task InitializeAsync() => _cafeteria.EnsureServingAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task The_fourth_attempt_of_one_login_waits_and_a_rush_of_others_is_let_in()
    {
        var others = await _cafeteria.AdmitAsync("signs-in", 40);
        for (var attempt = 0; attempt < 3; attempt++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await _cafeteria.Client.LoginAsync("STU-2021-005", "wrong")).Status);

        // The right password does not help, and neither does another of its names; every one else is let in meanwhile.
        var hammering = Enumerable.Range(0, 40).Select(i =>
            _cafeteria.Client.LoginAsync(i % 2 == 0 ? "stu-2021-005" : "student5@iut.edu.bd", "Student5Pass!"));
        var rush = others.Select(student => _cafeteria.Client.LoginAsync(student.Login, "Secret-1234"));
        var answers = await Task.WhenAll(hammering.Zip(rush, (a, b) => new[] { a, b }).SelectMany(pair => pair));

        var (hammered, rushed) = (answers.Where((_, i) => i % 2 == 0).ToArray(), answers.Where((_, i) => i % 2 == 1).ToArray());
        Assert.All(rushed, answer => Assert.True(answer.Status is HttpStatusCode.OK, answer.Body));
        Assert.All(hammered, answer => Assert.True(answer.Status is HttpStatusCode.TooManyRequests, answer.Body));
        Assert.All(hammered, answer => Assert.InRange(answer.RetryAfter ?? TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60)));
        Assert.All(hammered, answer => Assert.Equal("too_many_attempts", answer.Code));
    }

    /// <summary>
    /// Fifty hashes that take a tenth of a second or more each. Were they to run where requests do, a core each, a few orders
    /// a second would get through between them.
    /// </summary>
    [Fact]
    public async Task While_fifty_passwords_are_hashed_orders_are_answered()
    {
        const int signIns = 50;
        const int ordersEach = 100;
        var dish = await _cafeteria.AddDishAsync("while-hashing", 10_000);
        await _cafeteria.RestartAsync(settings => settings.With("Passwords:Iterations", "200000"));
        try
        {
            // Nobody of that name: hashed all the same. The first makes the hash that unknown names are compared with.
            _ = await _cafeteria.Client.LoginAsync("nobody", "wrong");
            _ = (await _cafeteria.Client.PlaceAsync(shared.Crowd[0], null, new Line(dish, 1))).Value;
            using var over = new CancellationTokenSource();
            var hashing = Task.WhenAll(Enumerable.Range(0, signIns).Select(i =>
                _cafeteria.Client.LoginAsync(string.Create(CultureInfo.InvariantCulture, $"nobody-{i}"), "wrong")));
            var ordering = Task.WhenAll(Enumerable.Range(0, 4).Select(async worker =>
            {
                var answered = 0;
                while (!hashing.IsCompleted && answered < ordersEach)
                {
                    _ = (await _cafeteria.Client.PlaceAsync(shared.Crowd[worker], null, new Line(dish, 1))).Value;
                    answered++;
                }

                return answered;
            }));

            var orders = (await ordering).Sum();
            Assert.All(await hashing, answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.Status));
            Assert.True(orders >= 4 * signIns, $"Only {orders} orders were answered while {signIns} passwords were hashed.");
            var stock = await _cafeteria.Client.GetStockAsync(_cafeteria.Manager, dish);
            Assert.Equal(orders + 1, stock.Sold + stock.Held);
        }
        finally
        {
            // Some hundred dishes are still in the oven; the others' tests need not wait for them.
            await CancelOpenAsync();
            await _cafeteria.RestartAsync(settings => settings.With("Passwords:Iterations", "1000"));
        }
    }

    private async Task CancelOpenAsync()
    {
        while (await _cafeteria.Client.ListOrdersAsync(_cafeteria.Manager, "pending,stock_verified,in_kitchen,ready") is { Count: > 0 } open)
            await Task.WhenAll(open.Select(order => _cafeteria.Client.CancelAsync(_cafeteria.Manager, order.Id)));
    }
}
