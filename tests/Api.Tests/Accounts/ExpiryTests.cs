using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Cafeteria.Tests.Accounts;

/// <summary>Tokens run out by the domain's clock, which these tests set forward.</summary>
public sealed class ExpiryTests(ExpiryTests.ClockApp app) : IClassFixture<ExpiryTests.ClockApp>
{
    [Fact]
    public async Task An_access_token_is_good_for_a_quarter_of_an_hour_and_not_a_second_longer()
    {
        var tokens = await SignInAsync("student1", "password123");
        var unused = await app.TokenAsync("student1");
        app.Clock.Advance(TimeSpan.FromSeconds(tokens.Number("expiresIn") - 60));
        Assert.Equal(200, await StatusAsync(tokens.Text("accessToken")));
        app.Clock.Advance(TimeSpan.FromSeconds(60));

        // Seen before, and seen for the first time.
        foreach (var expired in new[] { tokens.Text("accessToken"), unused })
            await (await app.GetAsync("/api/v1/me", expired)).IsProblemAsync(401, "unauthorized");
        var renewed = await (await RefreshAsync(tokens)).IsAsync(200);
        Assert.Equal(200, await StatusAsync(renewed.Text("accessToken")));
    }

    [Fact]
    public async Task A_refresh_token_is_good_for_a_week_from_its_making()
    {
        var tokens = await SignInAsync("manager1", "Password@123");
        app.Clock.Advance(TimeSpan.FromDays(6.9));
        tokens = await (await RefreshAsync(tokens)).IsAsync(200);
        app.Clock.Advance(TimeSpan.FromDays(6.9));
        tokens = await (await RefreshAsync(tokens)).IsAsync(200);
        app.Clock.Advance(TimeSpan.FromDays(7));

        await (await RefreshAsync(tokens)).IsProblemAsync(401, "unauthorized");
    }

    private async Task<JsonElement> SignInAsync(string login, string password)
        => await (await app.PostAsync("/api/v1/auth/login", null, new { login, password })).IsAsync(200);

    private Task<HttpResponseMessage> RefreshAsync(JsonElement tokens)
        => app.PostAsync("/api/v1/auth/refresh", null, new { refreshToken = tokens.Text("refreshToken") });

    private async Task<int> StatusAsync(string token)
    {
        using var answer = await app.GetAsync("/api/v1/me", token);
        return (int)answer.StatusCode;
    }

    public sealed class ClockApp : CafeteriaApp
    {
        internal ForwardClock Clock { get; } = new();

        protected override void Compose(IServiceCollection services) => services.AddKeyedSingleton<TimeProvider>(ClockName.Cafeteria, Clock);
    }

    /// <summary>The machine's, and what a test has added to it.</summary>
    internal sealed class ForwardClock : TimeProvider
    {
        private long _ahead;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));

        public void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);
    }
}
